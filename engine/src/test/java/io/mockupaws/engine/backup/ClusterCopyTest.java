package io.mockupaws.engine.backup;

import static io.mockupaws.engine.backup.FakeFiles.PAGE;
import static io.mockupaws.engine.backup.FakeFiles.page;
import static io.mockupaws.engine.backup.FakeFiles.spoiled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.PackSet;
import io.mockupaws.engine.repository.PackStream;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ClusterCopyTest {
  private static final int LARGE = 9_000_000;

  private final FakeFiles files = new FakeFiles();
  private final Listing listing = new Listing(new Exclusions("PG_17_202406281", 17, List.of()));
  private final SuspectPages suspects = new SuspectPages();
  private final Counters counters = new Counters();
  private final ManifestLog log = new ManifestLog();
  private final ClusterRepository repository =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom())
          .createCluster(new ClusterIdentity("test", 7, 17, 16 << 20, Instant.EPOCH));
  private final BackupId id = BackupId.of(Instant.EPOCH, BackupKind.FULL, new Random(1));

  private byte[] add(String path, int size) {
    byte[] content = new byte[size];
    new Random(path.hashCode()).nextBytes(content);
    return add(path, content);
  }

  private byte[] add(String path, byte[] content) {
    files.files.put(path, content);
    listing.addFile(path, content.length, Instant.EPOCH, Instant.EPOCH, 0640);
    return content;
  }

  /** Copies everything and reads it back from the packs. */
  private Map<String, byte[]> copy() {
    listing.seal();
    PackSet packs = repository.newPacks(id, 1 << 20);
    try (PackStream stream = packs.open()) {
      PageCheck check = new PageCheck(PAGE, 131072, suspects, attempt -> {});
      WorkQueue queue = new WorkQueue(listing, ClusterCopy.BUFFER_BYTES, _ -> false);
      new ClusterCopy(
              listing,
              queue,
              Optional.of(check),
              (_, entry) -> log.add(entry),
              ClusterCopy.Known.NOTHING,
              counters)
          .run(files, stream);
    }
    repository.commit(head(), packs.finish(), log);
    List<PackTable> tables = repository.manifest(id).packs();
    Map<String, byte[]> contents = new HashMap<>();
    repository
        .manifest(id)
        .forEach(
            new ManifestVisitor() {
              @Override
              public void file(FileEntry file) {
                assertThat(contents.put(file.path(), content(file, tables))).isNull();
              }
            });
    return contents;
  }

  private byte[] content(FileEntry file, List<PackTable> tables) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (Run run : file.runs()) {
      content.writeBytes(bytes(run, tables.get(run.pack())));
    }
    CRC32C crc = new CRC32C();
    crc.update(content.toByteArray());
    assertThat(file.crc32c()).hasValue((int) crc.getValue());
    assertThat(file.mode()).isEqualTo(0640);
    return content.toByteArray();
  }

  private byte[] bytes(Run run, PackTable table) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    repository
        .packReader()
        .read(
            table,
            run.frame(),
            table.frames() - 1,
            (frame, plain) -> {
              byte[] bytes = new byte[plain.remaining()];
              plain.get(bytes);
              frames.writeBytes(bytes);
            });
    int from = run.frameOffset();
    return Arrays.copyOfRange(frames.toByteArray(), from, from + (int) run.length());
  }

  private ManifestHead head() {
    return new ManifestHead(
        id,
        BackupKind.FULL,
        "test",
        7,
        170000,
        new Timeline(1),
        new Lsn(1),
        new Lsn(2),
        Instant.EPOCH,
        Instant.EPOCH,
        16 << 20,
        PAGE,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(),
        log.files(),
        log.bytes(),
        0,
        List.of());
  }

  private static byte[] cut(byte[] content, int length) {
    return Arrays.copyOf(content, length);
  }

  @Test
  void whatWasReadComesBackByteForByte() {
    Map<String, byte[]> expected = new HashMap<>();
    expected.put("log/large", add("log/large", LARGE));
    expected.put("log/two", add("log/two", 2_000_000));
    expected.put("empty", add("empty", 0));
    for (int i = 0; i < 600; i++) {
      expected.put("log/" + i, add("log/" + i, i * 10));
    }
    Map<String, byte[]> copied = copy();
    assertThat(copied.keySet()).isEqualTo(expected.keySet());
    expected.forEach((path, content) -> assertThat(copied.get(path)).isEqualTo(content));
    assertThat(counters.bytes()).isEqualTo(listing.bytes());
  }

  @Test
  void aFileThatVanishedIsRecordedNowhere() {
    add("log/stays", 100);
    add("log/goes", 100);
    add("log/large", LARGE);
    files.files.remove("log/goes");
    files.files.remove("log/large");
    assertThat(copy()).containsOnlyKeys("log/stays");
    assertThat(counters.bytes()).isEqualTo(listing.bytes());
  }

  @Test
  void aLargeFileThatVanishesWhileItIsReadIsRecordedNowhere() {
    add("log/large", LARGE);
    files.through(
        content -> {
          files.files.remove("log/large");
          return content;
        });
    assertThat(copy()).isEmpty();
  }

  @Test
  void ofAFileThatGrewTheListedPartIsTaken() {
    byte[] small = add("log/small", 100);
    byte[] large = add("log/large", LARGE);
    files.files.put("log/small", add0(small));
    files.files.put("log/large", add0(large));
    assertThat(copy())
        .satisfies(copied -> assertThat(copied.get("log/small")).isEqualTo(small))
        .satisfies(copied -> assertThat(copied.get("log/large")).isEqualTo(large));
  }

  private static byte[] add0(byte[] content) {
    return cut(content, content.length + 50);
  }

  @Test
  void ofAFileThatShrankWhatIsThereIsTaken() {
    byte[] small = add("log/small", 100);
    byte[] large = add("log/large", LARGE);
    files.files.put("log/small", cut(small, 60));
    files.files.put("log/large", cut(large, 5_000_000));
    assertThat(copy())
        .satisfies(copied -> assertThat(copied.get("log/small")).isEqualTo(cut(small, 60)))
        .satisfies(copied -> assertThat(copied.get("log/large")).isEqualTo(cut(large, 5_000_000)));
    assertThat(counters.bytes()).isEqualTo(listing.bytes());
  }

  @Test
  void pagesOfRelationsAreVerifiedAndNoOthers() {
    byte[] damaged = spoiled(page(0, 1, 1), 3000);
    add("base/5/16384", damaged);
    add("base/5/pg_filenode.map", cut(damaged, 512));
    add("pg_xact/0000", damaged);
    byte[] many = new byte[LARGE / PAGE * PAGE];
    for (int i = 0; i < many.length / PAGE; i++) {
      System.arraycopy(page(i, 1, i), 0, many, i * PAGE, PAGE);
    }
    byte[] third = spoiled(many, 700 * PAGE + 10);
    add("base/5/16400", third);
    assertThat(copy().get("base/5/16400")).isEqualTo(third);
    assertThat(suspects.settle(new Lsn(5), new Lsn(9)).pages())
        .extracting(SuspectPages.Suspect::path, SuspectPages.Suspect::block)
        .containsExactly(tuple("base/5/16384", 0L), tuple("base/5/16400", 700L));
  }

  @Test
  void theWholePageIsStoredInPlaceOfATornOne() {
    byte[] whole = page(0, 1, 1);
    add("base/5/16384", whole);
    files.through(
        content -> {
          files.through(seen -> seen);
          return spoiled(content, 4000);
        });
    assertThat(copy().get("base/5/16384")).isEqualTo(whole);
    assertThat(suspects.settle(new Lsn(5), new Lsn(9)).count()).isZero();
  }

  @Test
  void stopsBetweenBuffers() {
    add("log/large", LARGE);
    counters.stop();
    assertThatThrownBy(this::copy)
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_INTERRUPTED));
  }
}
