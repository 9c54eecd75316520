package io.mockupaws.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Writers that each reach other stores of one repository. */
class LeaseInSeveralStoresTest {
  private static final String KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private static final GroupPolicy POLICY =
      new GroupPolicy(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofHours(1));

  private final SecureRandom random = new SecureRandom();
  private final Store a = Stores.inMemory();
  private final Store b = Stores.inMemory();

  LeaseInSeveralStoresTest() {
    Repository.create(both(a, b), RepositoryTest.secret(KEY), random)
        .createCluster(RepositoryTest.identity("prod"));
  }

  private static Store both(Store one, Store other) {
    return Stores.group(List.of(one, other), POLICY);
  }

  private ClusterRepository cluster(Store store) {
    return Repository.open(store, RepositoryTest.secret(KEY), random).cluster("prod");
  }

  private Lease acquire(Store store) {
    return cluster(store).acquireLease(LeaseRole.JOURNAL, Duration.ZERO);
  }

  private void assertRefused(Store store) {
    assertThat(cluster(store).isHeld(LeaseRole.JOURNAL)).isTrue();
    assertThatThrownBy(() -> acquire(store))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LEASE_HELD));
  }

  private static void copyLeases(Store from, Store to) {
    for (ObjectInfo object : from.list("clusters/prod/lease/", "", 100).objects()) {
      to.create(object.key(), from.read(object.key(), 0, 10_000));
    }
  }

  @Test
  void whatWasReleasedInOneStoreIsHeldInTheOtherUnderTheSameNumber() {
    acquire(a).close(); // its second number is its end
    Store bBefore = Stores.inMemory();
    try (Lease _ = acquire(b)) {
      copyLeases(b, bBefore);
      ObjectKey first = bBefore.list("", "", 1).objects().getFirst().key();
      String second = first.value().substring(0, first.value().length() - 1) + "2";
      sealAgain(first, ObjectKey.of(second));
      assertRefused(both(a, b));
      assertRefused(both(b, a));
    }
  }

  /** As the holder's renewal does. */
  private void sealAgain(ObjectKey first, ObjectKey second) {
    ClusterRepository cluster = cluster(b);
    cluster.put(
        second,
        io.mockupaws.core.format.ObjectKind.RECORD,
        cluster.get(first, io.mockupaws.core.format.ObjectKind.RECORD));
    b.delete(first);
  }

  @Test
  void whatIsHeldUnderALowNumberIsHeldThoughAnotherStoreHasAHigherOneThatEnded() {
    for (int i = 0; i < 5; i++) {
      acquire(a).close();
    }
    try (Lease _ = acquire(b)) {
      assertRefused(both(a, b));
      assertRefused(both(b, a));
    }
    acquire(both(a, b)).close();
  }

  /** Another writer makes the number in the second store after it was seen to be free. */
  @Test
  void ofTwoWhoMakeOneNumberInDifferentStoresNeitherHoldsIt() {
    List<Lease> others = new ArrayList<>();
    AtomicBoolean first = new AtomicBoolean(true);
    Store raced =
        new ForwardingStore(b) {
          @Override
          public CreateOutcome create(ObjectKey key, byte[] content) {
            if (key.value().contains("/lease/") && first.getAndSet(false)) {
              others.add(acquire(b));
            }
            return super.create(key, content);
          }
        };
    assertThatThrownBy(() -> acquire(both(a, raced)))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LEASE_HELD));
    assertThat(others).hasSize(1);
    others.forEach(Lease::close);
  }
}
