package io.mockupaws.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.doctor.Check.State;
import io.mockupaws.engine.doctor.FaultyPlace.Fault;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is wrong with one of several stores is told of that one, whichever it is. */
class AllStoresChecksTest {
  private static final GroupPolicy POLICY =
      new GroupPolicy(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofHours(1));

  private final SecureRandom random = new SecureRandom();
  private final Store memory = named("a", Stores.inMemory());
  private final Store other = named("b", Stores.inMemory());

  private static Store named(String address, Store store) {
    return new ForwardingStore(store) {
      @Override
      public String address() {
        return address;
      }
    };
  }

  private static Store group(Store one, Store two) {
    return Stores.group(List.of(one, two), POLICY);
  }

  private Repository made() {
    Repository repository = Repository.create(group(memory, other), Optional.empty(), random);
    repository.createCluster(new ClusterIdentity("c", 1, 15, 1 << 20, Instant.EPOCH));
    return repository;
  }

  private List<Check> run(Store group) {
    return new AllStoresChecks(group, Purpose.PROTECT, InstantSource.system())
        .run(Optional.empty(), random);
  }

  private static List<Check> wrong(List<Check> checks) {
    return checks.stream().filter(check -> check.state() != State.OK).toList();
  }

  @Test
  void eachStoreIsLookedAt() {
    made();
    List<Check> checks = run(group(memory, other));
    assertThat(wrong(checks)).isEmpty();
    assertThat(checks)
        .filteredOn(check -> check.id().equals("store.create"))
        .extracting(check -> check.store().orElseThrow())
        .containsExactly("a", "b");
    assertThat(checks).extracting(Check::id).contains("repository.key");
  }

  @Test
  void aRightThatOneLacksIsToldOfThatOne() {
    Store bad = named("bad", new FaultyPlace(Fault.NO_DELETE));
    made();
    for (Store group : List.of(group(bad, memory), group(memory, bad))) {
      assertThat(run(group))
          .filteredOn(check -> check.id().equals("store.delete") && check.state() == State.FAILED)
          .singleElement()
          .satisfies(check -> assertThat(check.store()).contains("bad"));
    }
  }

  @Test
  void aStoreWithoutTheRepositoryIsTold() {
    made();
    Store empty = named("empty", Stores.inMemory());
    assertThat(wrong(run(group(memory, empty))))
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.id()).isEqualTo("repository.there");
              assertThat(check.store()).contains("empty");
            });
  }

  @Test
  void whatOneLacksAndWhatItHasOtherwiseIsNamed() {
    Repository repository = made();
    ObjectKey lacking = repository.cluster("c").key("history/00000002.history");
    ObjectKey apart = repository.cluster("c").key("history/00000003.history");
    Repository.open(memory, Optional.empty(), random)
        .cluster("c")
        .put(lacking, ObjectKind.RECORD, new byte[10]);
    for (Store store : List.of(memory, other)) {
      Repository.open(store, Optional.empty(), random)
          .cluster("c")
          .put(apart, ObjectKind.RECORD, new byte[10]);
    }
    List<Check> wrong =
        wrong(
            new AllStoresChecks(repository.store(), Purpose.PROTECT, InstantSource.system())
                .compare(Optional.of(repository)));
    assertThat(wrong).hasSize(2);
    assertThat(wrong.getFirst().store()).contains("b");
    assertThat(wrong.getFirst().what()).contains("lacks 1 object");
    assertThat(wrong.getLast().what()).contains(apart.value());
    assertThat(wrong.getLast().state()).isEqualTo(State.FAILED);
    assertThat(wrong.getLast().next()).contains("replicate --depth read --dry-run");
  }
}
