package io.mockupaws.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each byte of a sealed object counts, and no byte more may lie behind it. */
class EveryByteTest {
  private final Store store = Stores.inMemory();
  private final byte[] content = new byte[500];

  private ClusterRepository cluster(boolean encrypted) {
    Optional<Secret> key =
        encrypted
            ? Optional.of(Secret.of("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="))
            : Optional.empty();
    new Random(4711).nextBytes(content);
    return Repository.create(store, key, new SecureRandom())
        .createCluster(new ClusterIdentity("prod", 7, 18, 1 << 24, Instant.EPOCH));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noneCanBeAnotherOneOrBeMissing(boolean encrypted) {
    ClusterRepository cluster = cluster(encrypted);
    ObjectKey key = cluster.key("holds/one");
    cluster.put(key, ObjectKind.RECORD, content);
    byte[] whole = store.read(key, 0, (int) store.stat(key).orElseThrow().size());
    assertThat(cluster.get(key, ObjectKind.RECORD)).isEqualTo(content);
    for (int at = 0; at < whole.length; at++) {
      byte[] other = whole.clone();
      other[at] ^= 0x10;
      demandRefused(cluster, key, other, "byte " + at + " of " + whole.length);
      demandRefused(cluster, key, Arrays.copyOf(whole, at), "cut at " + at);
    }
    for (int more : new int[] {1, 15, 16, 17, whole.length}) {
      demandRefused(cluster, key, Arrays.copyOf(whole, whole.length + more), more + " more");
    }
    replace(key, whole);
    assertThat(cluster.get(key, ObjectKind.RECORD)).isEqualTo(content);
  }

  private void demandRefused(ClusterRepository cluster, ObjectKey key, byte[] bytes, String what) {
    replace(key, bytes);
    Failure failure =
        catchThrowableOfType(Failure.class, () -> cluster.get(key, ObjectKind.RECORD));
    assertThat(failure).as(what).isNotNull();
    assertThat(failure.code()).as(what).isIn(ErrorCode.DAMAGED_OBJECT, ErrorCode.UNKNOWN_FORMAT);
    assertThat(failure.what()).as(what).contains(key.value());
  }

  private void replace(ObjectKey key, byte[] bytes) {
    store.delete(key);
    store.create(key, bytes);
  }
}
