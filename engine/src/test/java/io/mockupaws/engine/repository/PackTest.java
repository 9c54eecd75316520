package io.mockupaws.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PackTest {
  private static final BackupId BACKUP = new BackupId("20260407T120000Z-full-1a2b");
  private final Store store = Stores.inMemory();
  private final ClusterRepository cluster =
      Repository.create(
              store,
              RepositoryTest.secret("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="),
              new SecureRandom())
          .createCluster(RepositoryTest.identity("prod"));

  @Property(tries = 25)
  void filesOfAnySizeComeBackThroughTheirRuns(@ForAll long seed) {
    Random random = new Random(seed);
    ClusterRepository repository = new PackTest().cluster;
    PackSet packs = repository.newPacks(BACKUP, 400_000 + random.nextInt(600_000));
    List<Written> files = new ArrayList<>();
    try (PackStream one = packs.open();
        PackStream two = packs.open()) {
      for (int i = 0; i < 30; i++) {
        PackStream stream = random.nextBoolean() ? one : two;
        byte[] content = new byte[random.nextInt(4) == 0 ? random.nextInt(900_000) : i * 100];
        random.nextBytes(content);
        stream.beginFile();
        writeInPieces(stream, content, random);
        files.add(new Written(ByteBuffer.wrap(content), stream.endFile()));
      }
      one.finish();
      two.finish();
    }
    List<PackTable> tables = packs.finish();
    files.forEach(
        file ->
            assertThat(read(repository, tables, file.runs())).isEqualTo(file.content().array()));
  }

  private record Written(ByteBuffer content, List<Run> runs) {}

  private static void writeInPieces(PackStream stream, byte[] content, Random random) {
    int at = 0;
    while (at < content.length) {
      int length = Math.min(content.length - at, 1 + random.nextInt(300_000));
      ByteBuffer piece = ByteBuffer.wrap(java.util.Arrays.copyOfRange(content, at, at + length));
      stream.write(piece);
      java.util.Arrays.fill(piece.array(), (byte) 0);
      at += length;
    }
  }

  private static byte[] read(ClusterRepository cluster, List<PackTable> tables, List<Run> runs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Run run : runs) {
      PackTable table = tables.get(run.pack());
      int last = run.frame();
      long covered = table.plainLength(last) - (long) run.frameOffset();
      while (covered < run.length()) {
        covered += table.plainLength(++last);
      }
      List<byte[]> contents = new ArrayList<>();
      cluster
          .packReader()
          .read(table, run.frame(), last, (number, content) -> contents.add(copy(content)));
      byte[] all = new byte[contents.stream().mapToInt(c -> c.length).sum()];
      int at = 0;
      for (byte[] content : contents) {
        System.arraycopy(content, 0, all, at, content.length);
        at += content.length;
      }
      out.write(all, run.frameOffset(), (int) run.length());
    }
    return out.toByteArray();
  }

  private static byte[] copy(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    return bytes;
  }

  @Test
  void aBackupThatIsDiscardedLeavesNothing() {
    PackSet packs = cluster.newPacks(BACKUP, 100_000);
    try (PackStream stream = packs.open()) {
      byte[] content = new byte[1_000_000];
      new Random(1).nextBytes(content);
      stream.beginFile();
      stream.write(ByteBuffer.wrap(content));
    }
    assertThat(cluster.list("packs/")).isNotEmpty();
    assertThatThrownBy(packs::finish).isInstanceOf(IllegalStateException.class);
    packs.discard();
    assertThat(cluster.list("packs/")).isEmpty();
  }

  @Test
  void aTruncatedPackIsDamage() {
    PackSet packs = cluster.newPacks(BACKUP, 1 << 20);
    byte[] content = new byte[600_000];
    new Random(1).nextBytes(content);
    try (PackStream stream = packs.open()) {
      stream.beginFile();
      stream.write(ByteBuffer.wrap(content));
      stream.finish();
    }
    PackTable table = packs.finish().getFirst();
    ObjectInfo object = cluster.list("packs/").getFirst();
    byte[] bytes = store.read(object.key(), 0, (int) object.size());
    store.delete(object.key());
    store.create(object.key(), java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(
            () -> cluster.packReader().read(table, 0, table.frames() - 1, (number, frame) -> {}))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT));
  }
}
