package io.mockupaws.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupNote;
import io.mockupaws.core.format.BackupNote.Attempt;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What may be used of the packs of a backup that broke off, in a repository of two stores. */
class BackupNotesTest {
  private static final String KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private static final BackupId ID = new BackupId("20260407T120000Z-full-1a2b");
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final GroupPolicy POLICY =
      new GroupPolicy(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofHours(1));

  private final SecureRandom random = new SecureRandom();
  private final Store a = Stores.inMemory();
  private final Store memoryB = Stores.inMemory();
  private final CutStore b = new CutStore(memoryB);
  private final List<PackTable> packs;

  BackupNotesTest() {
    ClusterRepository cluster =
        Repository.create(group(), RepositoryTest.secret(KEY), random)
            .createCluster(RepositoryTest.identity("prod"));
    packs = pack(cluster);
    for (int number = 0; number < packs.size(); number++) {
      cluster.notes().write(new BackupNote(attempt(), number, packs.get(number), List.of()));
    }
  }

  private static Attempt attempt() {
    return new Attempt(ID, 7, new Timeline(1), new Lsn(1000), NOON, 180_006, 8192, true, false);
  }

  private Store group() {
    return Stores.group(List.of(a, b.store()), POLICY);
  }

  private ClusterRepository opened() {
    return Repository.open(group(), RepositoryTest.secret(KEY), random).cluster("prod");
  }

  /** Some packs of a few hundred kilobytes. */
  private static List<PackTable> pack(ClusterRepository cluster) {
    byte[] content = new byte[2_000_000];
    new Random(1).nextBytes(content);
    PackSet set = cluster.newPacks(ID, 300_000);
    try (PackStream stream = set.open()) {
      for (int file = 0; file < 8; file++) {
        stream.beginFile();
        stream.write(ByteBuffer.wrap(content, file * 250_000, 250_000));
        stream.endFile();
      }
      stream.finish();
    }
    return set.finish();
  }

  private static List<Integer> present(ClusterRepository cluster) {
    BackupNotes notes = cluster.notes();
    return notes.present(notes.of(ID)).keySet().stream().sorted().toList();
  }

  @Test
  void allOfThemWhileEachStoreHasThem() {
    assertThat(packs).hasSizeGreaterThan(2);
    assertThat(present(opened())).hasSameSizeAs(packs);
  }

  @Test
  void aPackThatOneStoreHasLostIsNotUsedThoughTheOtherHasIt() {
    memoryB.delete(packs.get(1).key());
    assertThat(present(opened())).doesNotContain(1).hasSize(packs.size() - 1);
    a.delete(packs.getFirst().key());
    assertThat(present(opened())).doesNotContain(0, 1).hasSize(packs.size() - 2);
  }

  @Test
  void aPackThatWasCutOffInOneStoreIsNotUsed() {
    ObjectKey key = packs.getFirst().key();
    byte[] bytes = memoryB.read(key, 0, 10_000_000);
    memoryB.delete(key);
    memoryB.create(key, Arrays.copyOf(bytes, bytes.length - 1));
    assertThat(present(opened())).doesNotContain(0).hasSize(packs.size() - 1);
  }

  /** It is behind, and is brought these packs with everything else that it lacks. */
  @Test
  void aStoreThatIsAwayOrGoesAwayJustThenStopsNobody() {
    Store goes =
        new ForwardingStore(memoryB) {
          @Override
          public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
            if (prefix.contains("/packs/")) {
              b.cutOff();
            }
            b.store().forEach(prefix, startAfter, visitor);
          }
        };
    ClusterRepository cluster =
        Repository.open(Stores.group(List.of(a, goes), POLICY), RepositoryTest.secret(KEY), random)
            .cluster("prod");
    assertThat(present(cluster)).hasSameSizeAs(packs);
    assertThat(cluster.store().members().getLast().away()).isPresent();
    a.delete(packs.getFirst().key());
    assertThat(present(cluster)).doesNotContain(0);
  }

  @Test
  void aDamagedNoteIsPassedOver() {
    ObjectKey note = ObjectKey.of("clusters/prod/notes/" + ID + "/000000");
    for (Store store : List.of(a, memoryB)) {
      byte[] bytes = store.read(note, 0, 100_000);
      bytes[bytes.length / 2] ^= 1;
      store.delete(note);
      store.create(note, bytes);
    }
    assertThat(present(opened())).doesNotContain(0).hasSize(packs.size() - 1);
  }

  @Test
  void aBackupWithAManifestOrThatWasSettledDidNotBreakOff() {
    ClusterRepository cluster = opened();
    assertThat(cluster.notes().brokenOff()).containsExactly(ID);
    cluster.put(cluster.manifestKey(ID), ObjectKind.MANIFEST, new byte[1]);
    assertThat(cluster.notes().brokenOff()).isEmpty();
    cluster.delete(cluster.manifestKey(ID));
    cluster.notes().deleteAll();
    assertThat(cluster.notes().of(ID)).isEmpty();
    for (PackTable pack : packs) {
      assertThat(a.stat(pack.key())).as("the packs stay").isPresent();
    }
  }
}
