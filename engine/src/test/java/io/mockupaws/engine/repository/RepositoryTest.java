package io.mockupaws.engine.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RepositoryTest {
  private static final String KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private static final String OTHER = "AAAAEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private final SecureRandom random = new SecureRandom();
  private final Store store = Stores.inMemory();

  static Optional<Secret> secret(String text) {
    return Optional.of(Secret.of(text));
  }

  static ClusterIdentity identity(String name) {
    return new ClusterIdentity(name, 7L, 15, 16 << 20, Instant.EPOCH);
  }

  private static void assertFails(Runnable action, ErrorCode code) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aRepositoryIsOpenedWithItsKeyAlone() {
    Repository.create(store, secret(KEY), random).createCluster(identity("prod"));
    Repository opened = Repository.open(store, secret(KEY), random);
    assertThat(opened.cluster("prod").identity()).isEqualTo(identity("prod"));
  }

  @Test
  void nothingCanBeReadOfARepositoryThatWasClosed() {
    Repository repository = Repository.create(store, secret(KEY), random);
    repository.createCluster(identity("prod"));
    assertThat(repository.cluster("prod").identity()).isEqualTo(identity("prod"));
    repository.close();
    assertFails(() -> repository.cluster("prod"), ErrorCode.INTERNAL);
  }

  @Test
  void aWrongKeyIsNotDamageAndDamageIsNotAWrongKey() {
    Repository.create(store, secret(KEY), random);
    assertFails(() -> Repository.open(store, secret(OTHER), random), ErrorCode.WRONG_KEY);
    assertFails(() -> Repository.open(store, Optional.empty(), random), ErrorCode.MISSING_SETTING);
    for (ObjectInfo object : store.list("", "", 10).objects()) {
      byte[] bytes = store.read(object.key(), 0, 10_000);
      for (int at = 0; at < bytes.length; at += 7) {
        Store damaged = copyWith(object.key(), at);
        assertFails(() -> Repository.open(damaged, secret(KEY), random), ErrorCode.DAMAGED_OBJECT);
      }
    }
  }

  private Store copyWith(ObjectKey key, int flippedByte) {
    Store copy = Stores.inMemory();
    for (ObjectInfo object : store.list("", "", 10).objects()) {
      byte[] bytes = store.read(object.key(), 0, 10_000);
      if (object.key().equals(key)) {
        bytes[flippedByte] ^= 1;
      }
      copy.create(object.key(), bytes);
    }
    return copy;
  }

  @Test
  void whatIsMissingIsSaid() {
    assertFails(() -> Repository.open(store, secret(KEY), random), ErrorCode.NO_REPOSITORY);
    Repository repository = Repository.create(store, secret(KEY), random);
    assertFails(() -> Repository.create(store, secret(KEY), random), ErrorCode.REPOSITORY_EXISTS);
    assertFails(() -> repository.cluster("prod"), ErrorCode.UNKNOWN_CLUSTER);
    repository.createCluster(identity("prod"));
    assertFails(() -> repository.createCluster(identity("prod")), ErrorCode.CLUSTER_EXISTS);
    store.delete(store.list("keys/", "", 1).objects().getFirst().key());
    assertFails(() -> Repository.open(store, secret(KEY), random), ErrorCode.OBJECT_MISSING);
  }

  @Test
  void withoutEncryptionTakesAnExplicitWord() {
    Repository.create(store, Optional.empty(), random).createCluster(identity("prod"));
    assertFails(() -> Repository.open(store, secret(KEY), random), ErrorCode.ENCRYPTION_MISMATCH);
    assertThat(Repository.open(store, Optional.empty(), random).clusters()).containsExactly("prod");
  }

  @Test
  void clustersAreFoundAmongTheirObjects() {
    Repository repository = Repository.create(store, secret(KEY), random);
    for (String name : List.of("prod", "prod-2", "prod.eu", "a", "Z_9")) {
      ClusterRepository cluster = repository.createCluster(identity(name));
      for (int i = 0; i < 5; i++) {
        cluster.put(cluster.key("wal/00000001/" + i), ObjectKind.RECORD, new byte[i]);
      }
    }
    assertThat(repository.clusters())
        .containsExactlyInAnyOrder("prod", "prod-2", "prod.eu", "a", "Z_9");
  }

  @Test
  void objectsOfAnyLengthComeBackWithTheirTrailer() throws Exception {
    ClusterRepository cluster =
        Repository.create(store, secret(KEY), random).createCluster(identity("prod"));
    for (int length : new int[] {0, 1, 262_143, 262_144, 262_145, 9_000_000}) {
      byte[] content = new byte[length];
      new Random(length).nextBytes(content);
      ObjectKey key = cluster.key("wal/" + length);
      try (SealedUpload upload = cluster.upload(key, ObjectKind.SEGMENT)) {
        upload.write(ByteBuffer.wrap(content));
        upload.commit("index".getBytes(UTF_8));
      }
      try (SealedInput in = cluster.open(key, ObjectKind.SEGMENT)) {
        assertThat(in.readAllBytes()).isEqualTo(content);
        assertThat(in.trailer()).isEqualTo("index".getBytes(UTF_8));
      }
      assertThat(cluster.trailer(key, ObjectKind.SEGMENT)).isEqualTo("index".getBytes(UTF_8));
    }
  }

  @Test
  void anUploadThatIsNotCommittedLeavesNothing() {
    ClusterRepository cluster =
        Repository.create(store, secret(KEY), random).createCluster(identity("prod"));
    ObjectKey key = cluster.key("wal/x");
    try (SealedUpload upload = cluster.upload(key, ObjectKind.SEGMENT)) {
      byte[] content = new byte[20_000_000];
      new Random(1).nextBytes(content);
      upload.write(ByteBuffer.wrap(content));
    }
    assertThat(store.stat(key)).isEmpty();
  }
}
