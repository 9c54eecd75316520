package io.mockupaws.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A repository in two stores, of which each has damaged, lost or never had some objects. */
class SeveralStoresTest {
  private static final String KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private static final GroupPolicy POLICY =
      new GroupPolicy(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofHours(1));

  private final SecureRandom random = new SecureRandom();
  private final Store memoryA = Stores.inMemory();
  private final Store memoryB = Stores.inMemory();
  private final CutStore a = new CutStore(memoryA);
  private final CutStore b = new CutStore(memoryB);
  private final byte[] content = new byte[3_000_000];
  private Store group = Stores.group(List.of(a.store(), b.store()), POLICY);
  private ClusterRepository cluster =
      Repository.create(group, RepositoryTest.secret(KEY), random)
          .createCluster(RepositoryTest.identity("prod"));

  @BeforeEach
  void fill() {
    new Random(7).nextBytes(content);
  }

  private ClusterRepository reopened(Store... stores) {
    group = stores.length == 1 ? stores[0] : Stores.group(List.of(stores), POLICY);
    return Repository.open(group, RepositoryTest.secret(KEY), random).cluster("prod");
  }

  private static void flip(Store store, ObjectKey key, long at) {
    byte[] bytes = store.read(key, 0, 100_000_000);
    store.delete(key);
    bytes[(int) at] ^= 1;
    store.create(key, bytes);
  }

  private static void cut(Store store, ObjectKey key, int length) {
    byte[] bytes = store.read(key, 0, 100_000_000);
    store.delete(key);
    store.create(key, Arrays.copyOf(bytes, length));
  }

  private ObjectKey segment() {
    ObjectKey key = cluster.key("wal/00000001/x");
    try (SealedUpload upload = cluster.upload(key, ObjectKind.SEGMENT)) {
      upload.write(ByteBuffer.wrap(content));
      upload.commit(new byte[] {1, 2, 3});
    }
    return key;
  }

  private void assertReadable(ObjectKey key) {
    try (SealedInput in = cluster.open(key, ObjectKind.SEGMENT)) {
      assertThat(Arrays.equals(in.readAllBytes(), content)).isTrue();
      assertThat(in.trailer()).containsExactly(1, 2, 3);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(cluster.trailer(key, ObjectKind.SEGMENT)).containsExactly(1, 2, 3);
  }

  @Test
  void eachStoreAloneIsAWholeRepository() {
    ObjectKey key = segment();
    for (Store alone : List.of(memoryA, memoryB)) {
      cluster = reopened(alone);
      assertReadable(key);
    }
    for (CutStore away : List.of(a, b)) {
      away.cutOff();
      cluster = reopened(a.store(), b.store());
      assertReadable(key);
      cluster.put(cluster.key("wal/" + away.hashCode()), ObjectKind.RECORD, new byte[1]);
      away.heal();
    }
  }

  /** The stream's first half comes from one store, its second from the other, and on. */
  @Test
  void aDamagedCopyIsReadFromWhereAnotherIsWhole() {
    ObjectKey key = segment();
    int size = (int) group.stat(key).orElseThrow().size();
    for (int at : new int[] {0, 40, 70, 80, 100_000, size / 2, size - 100, size - 20, size - 3}) {
      flip(memoryA, key, at);
      assertReadable(key);
      flip(memoryA, key, at);
    }
    for (int length : new int[] {0, 63, 64, 70, size / 2, size - 17}) {
      Store other = Stores.inMemory();
      memoryA.list("", "", 100).objects().forEach(o -> copy(memoryA, other, o.key()));
      cut(other, key, length);
      cluster = reopened(other, memoryB);
      assertReadable(key);
    }
  }

  @Test
  void objectsDamagedCrosswiseInPartsAreReadFromBoth() {
    ObjectKey key = segment();
    int size = (int) group.stat(key).orElseThrow().size();
    flip(memoryA, key, size / 4);
    flip(memoryB, key, size / 2);
    flip(memoryA, key, size - 30);
    assertReadable(key);
    flip(memoryB, key, size / 4);
    assertThatThrownBy(() -> assertReadable(key))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT));
  }

  @Test
  void damageNamesTheStoreThatMayHaveAWholeCopy() {
    ObjectKey key = segment();
    flip(memoryA, key, 5000);
    b.cutOff();
    assertThatThrownBy(() -> assertReadable(key))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT);
              assertThat(e.what()).contains("which may have a whole copy, cannot be reached");
            });
  }

  @Test
  void anotherObjectOfTheSameNameIsNeverMixedIn() {
    ObjectKey key = segment();
    int size = (int) group.stat(key).orElseThrow().size();
    memoryB.delete(key);
    cluster = reopened(memoryB);
    segment();
    flip(memoryA, key, size / 2);
    cluster = reopened(memoryA, memoryB);
    assertThatThrownBy(() -> cluster.get(key, ObjectKind.SEGMENT))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT));
  }

  @Test
  void framesOfPacksComeFromWhicheverCopyIsWhole() {
    PackSet packs = cluster.newPacks(new BackupId("20260407T120000Z-full-1a2b"), 100_000_000);
    try (PackStream stream = packs.open()) {
      stream.beginFile();
      stream.write(ByteBuffer.wrap(content));
      stream.endFile();
      stream.finish();
    }
    PackTable pack = packs.finish().getFirst();
    for (int frame = 0; frame < pack.frames(); frame++) {
      flip(frame % 2 == 0 ? memoryA : memoryB, pack.key(), pack.offset(frame) + 100);
    }
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    cluster
        .packReader()
        .read(
            pack,
            0,
            pack.frames() - 1,
            (_, bytes) -> {
              byte[] copy = new byte[bytes.remaining()];
              bytes.get(copy);
              read.writeBytes(copy);
            });
    assertThat(Arrays.equals(read.toByteArray(), content)).isTrue();
  }

  @Test
  void markAndKeySlotsAreReadFromWhicheverIsWhole() {
    flip(memoryA, ObjectKey.of("repository"), 30);
    for (ObjectInfo slot : memoryB.list("keys/", "", 10).objects()) {
      flip(memoryB, slot.key(), 30);
    }
    assertThat(reopened(a.store(), b.store()).identity().name()).isEqualTo("prod");
  }

  @Test
  void aStoreOfAnotherRepositoryIsRefused() {
    Store foreign = Stores.inMemory();
    Repository.create(foreign, RepositoryTest.secret(KEY), random);
    for (List<Store> stores : List.of(List.of(memoryA, foreign), List.of(foreign, memoryA))) {
      assertThatThrownBy(() -> reopened(stores.get(0), stores.get(1)))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FOREIGN_REPOSITORY));
    }
  }

  @Test
  void noRepositoryIsMadeWhileAStoreCannotBeAsked() {
    Store empty = Stores.inMemory();
    a.cutOff();
    Store both = Stores.group(List.of(a.store(), empty), POLICY);
    assertThatThrownBy(() -> Repository.create(both, RepositoryTest.secret(KEY), random))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE));
    assertThat(empty.list("", "", 10).objects()).isEmpty();
  }

  /** The first writer reached only one store, the second one the other as well. */
  @Test
  void aLeaseHeldInAnyStoreIsHeld() {
    a.cutOff();
    cluster = reopened(a.store(), b.store());
    try (Lease _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      a.heal();
      ClusterRepository both = reopened(a.store(), b.store());
      assertThat(both.isHeld(LeaseRole.JOURNAL)).isTrue();
      assertThatThrownBy(() -> both.acquireLease(LeaseRole.JOURNAL, Duration.ZERO))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LEASE_HELD));
    }
    assertThat(reopened(a.store(), b.store()).isHeld(LeaseRole.JOURNAL)).isFalse();
    reopened(a.store(), b.store()).acquireLease(LeaseRole.JOURNAL, Duration.ZERO).close();
  }

  private static void copy(Store from, Store to, ObjectKey key) {
    to.create(key, from.read(key, 0, 100_000_000));
  }
}
