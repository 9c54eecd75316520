package io.mockupaws.engine.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseHolder;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was run for a cluster, as whoever comes later reads it from the repository. */
class TaskRunsTest {
  private static final Instant NIGHT = Instant.parse("2026-04-07T02:00:00Z");

  private final SecureRandom random = new SecureRandom();
  private final Store store = Stores.inMemory();
  private final ClusterRepository cluster =
      Repository.create(store, Optional.empty(), random)
          .createCluster(new ClusterIdentity("prod", 7, 18, 1 << 24, NIGHT));
  private Instant now = NIGHT;
  private final TaskRuns runs = new TaskRuns(cluster, () -> now, random);

  private void succeed(Task task) {
    runs.record(task, () -> pass("name", 90), name -> RunOutcome.done(List.of(name), 4711));
  }

  private void fail(Task task, Failure failure) {
    assertThatThrownBy(
            () ->
                runs.record(
                    task,
                    () -> {
                      now = now.plusSeconds(30);
                      throw failure;
                    },
                    _ -> RunOutcome.done(List.of(), 0)))
        .isSameAs(failure);
  }

  private <T> T pass(T value, long seconds) {
    now = now.plusSeconds(seconds);
    return value;
  }

  private static Failure full() {
    return new Failure(ErrorCode.STORE_FULL, "the bucket is full", "make room");
  }

  @Test
  void aRunIsOnRecordWhileItRunsAndWhenItEnded() {
    runs.record(
        Task.LOGICAL,
        () -> {
          TaskRun running = runs.newest(Task.LOGICAL, 1).getFirst();
          assertThat(running.status()).isEqualTo(RunStatus.RUNNING);
          assertThat(running.started()).isEqualTo(NIGHT);
          assertThat(running.ended()).isEmpty();
          return pass("shop_full.sql.gz.enc", 90);
        },
        made -> RunOutcome.done(List.of(made), 4711));
    TaskRun done = runs.newest(Task.LOGICAL, 1).getFirst();
    assertThat(done.status()).isEqualTo(RunStatus.SUCCESS);
    assertThat(done.started()).isEqualTo(NIGHT);
    assertThat(done.ended()).contains(NIGHT.plusSeconds(90));
    assertThat(done.made()).containsExactly("shop_full.sql.gz.enc");
    assertThat(done.bytes()).isEqualTo(4711);
    assertThat(done.error()).isEmpty();
    assertThat(done.by()).contains("process " + ProcessHandle.current().pid());
    assertThat(runs.newest(Task.PHYSICAL, 9)).isEmpty();
    assertThat(runs.failures(Task.LOGICAL)).isZero();
  }

  @Test
  void aFailedRunIsOnRecordWithItsReasonAndCounts() {
    succeed(Task.PHYSICAL);
    fail(Task.PHYSICAL, full());
    now = now.plus(Duration.ofDays(1));
    fail(Task.PHYSICAL, full());
    TaskRun failed = runs.newest(Task.PHYSICAL, 1).getFirst();
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.error())
        .contains(new TaskRun.RunError("MAW204", "the bucket is full", "make room"));
    assertThat(failed.ended()).contains(failed.started().plusSeconds(30));
    assertThat(runs.failures(Task.PHYSICAL)).isEqualTo(2);
    assertThat(runs.failures(Task.CLEANUP)).isZero();
    assertThat(runs.newestSuccess(Task.PHYSICAL).orElseThrow().started()).isEqualTo(NIGHT);
  }

  @Test
  void aPartIsOnRecordAndIsNotTheNewestSuccess() {
    succeed(Task.LOGICAL);
    runs.record(Task.LOGICAL, Scope.PART, () -> pass("t", 5), t -> RunOutcome.done(List.of(t), 7));
    assertThat(runs.newest(Task.LOGICAL, 9))
        .extracting(TaskRun::isWhole)
        .containsExactly(true, false);
    assertThat(runs.newestSuccess(Task.LOGICAL).orElseThrow().started()).isEqualTo(NIGHT);
    for (int i = 0; i < 20; i++) {
      runs.record(
          Task.LOGICAL, Scope.PART, () -> pass("t", 5), t -> RunOutcome.done(List.of(t), 7));
    }
    assertThat(runs.newestWhole(Task.LOGICAL, 9)).as("however many parts came since").hasSize(1);
    assertThat(runs.summary(Task.LOGICAL).newest()).hasSize(1);
    assertThat(runs.summary(Task.LOGICAL).newestSuccess())
        .isEqualTo(runs.newestSuccess(Task.LOGICAL));
  }

  /** One database of several that failed: what is there is named, and the run failed. */
  @Test
  void aRunThatFailedInPartFailed() {
    runs.record(
        Task.LOGICAL,
        () -> pass("a", 5),
        made -> new RunOutcome(List.of(made), 10, Optional.of(full())));
    TaskRun run = runs.newest(Task.LOGICAL, 1).getFirst();
    assertThat(run.status()).isEqualTo(RunStatus.FAILED);
    assertThat(run.made()).containsExactly("a");
    assertThat(runs.failures(Task.LOGICAL)).isEqualTo(1);
  }

  @Test
  void whatIsNotThisClustersOrBesideAnotherIsNoRun() {
    fail(Task.PHYSICAL, new Failure(ErrorCode.LEASE_HELD, "another one is at it", "wait"));
    fail(Task.PHYSICAL, new Failure(ErrorCode.OTHER_LIFE, "a clone", "give it its own"));
    fail(Task.LOGICAL, new Failure(ErrorCode.FOREIGN_CLUSTER, "another server", "name it"));
    assertThat(runs.newest(Task.PHYSICAL, 9)).isEmpty();
    assertThat(runs.failures(Task.PHYSICAL)).isZero();
    assertThat(cluster.list("runs/")).isEmpty();
  }

  /** A message of a library may hold anything, a password included. */
  @Test
  void ofWhatNobodyExpectedOnlyTheKindIsKept() {
    assertThatThrownBy(
            () ->
                runs.record(
                    Task.CLEANUP,
                    () -> {
                      throw new IllegalStateException("password=hunter2");
                    },
                    _ -> RunOutcome.done(List.of(), 0)))
        .isInstanceOf(IllegalStateException.class);
    TaskRun run = runs.newest(Task.CLEANUP, 1).getFirst();
    assertThat(run.error().orElseThrow().code()).isEqualTo("MAW999");
    assertThat(run.error().orElseThrow().what()).contains("IllegalState").doesNotContain("hunter2");
  }

  private void begunBy(LeaseHolder holder, Instant at) {
    String id = String.format(Locale.ROOT, "%016X-0001", at.toEpochMilli());
    cluster.put(
        cluster.key("runs/physical/" + id + "/begun"),
        ObjectKind.RECORD,
        new RunRecord.Begun(at, holder).encode());
  }

  private static LeaseHolder dead() {
    LeaseHolder self = LeaseHolder.self();
    return new LeaseHolder(self.host(), self.place(), self.pid(), self.started() - 1);
  }

  @Test
  void aRunWhoseProcessIsGoneFailedAlsoBeforeAnybodyPutItDown() {
    begunBy(dead(), NIGHT);
    TaskRun seen = runs.newest(Task.PHYSICAL, 1).getFirst();
    assertThat(seen.status()).isEqualTo(RunStatus.FAILED);
    assertThat(seen.error().orElseThrow().code()).isEqualTo("MAW512");
    runs.settle();
    runs.settle();
    assertThat(runs.failures(Task.PHYSICAL)).isEqualTo(1);
    assertThat(runs.newest(Task.PHYSICAL, 1).getFirst().status()).isEqualTo(RunStatus.FAILED);
  }

  @Test
  void aRunOfAnotherHostFailedWhenALaterOneWasSuccessful() {
    LeaseHolder elsewhere = new LeaseHolder("other", "another boot", 1234, 99);
    begunBy(elsewhere, NIGHT.minusSeconds(60));
    runs.settle();
    assertThat(runs.newest(Task.PHYSICAL, 1).getFirst().status()).isEqualTo(RunStatus.RUNNING);
    succeed(Task.PHYSICAL);
    assertThat(runs.newest(Task.PHYSICAL, 2).getFirst().status()).isEqualTo(RunStatus.FAILED);
    assertThat(runs.failures(Task.PHYSICAL)).isEqualTo(1);
  }

  /** Another host took it for dead; it was only slow. */
  @Test
  void itsOwnSuccessCountsMoreThanAnothersWord() {
    succeed(Task.PHYSICAL);
    String id = runs.newest(Task.PHYSICAL, 1).getFirst().id();
    cluster.put(
        cluster.key("runs/physical/" + id + "/failed"),
        ObjectKind.RECORD,
        RunRecord.Ended.of(now, RunOutcome.failed(full()), 1).encode());
    assertThat(runs.newest(Task.PHYSICAL, 1).getFirst().status()).isEqualTo(RunStatus.SUCCESS);
  }

  @Test
  void howeverManyPartsComeTheCountAndTheWholeSuccessStay() {
    succeed(Task.LOGICAL);
    runs.record(
        Task.LOGICAL,
        Scope.PART,
        () -> pass("t", 1),
        t -> new RunOutcome(List.of(), 0, Optional.of(full())));
    for (int i = 0; i < 510; i++) {
      runs.record(Task.LOGICAL, Scope.PART, () -> pass("t", 1), t -> RunOutcome.done(List.of(), 1));
    }
    assertThat(runs.failures(Task.LOGICAL)).isEqualTo(1);
    assertThat(runs.newestSuccess(Task.LOGICAL).orElseThrow().started()).isEqualTo(NIGHT);
  }

  @Test
  void oldRunsGoAndTheCountStays() {
    fail(Task.CLEANUP, full());
    fail(Task.CLEANUP, full());
    for (int day = 0; day < 510; day++) {
      now = now.plus(Duration.ofDays(1));
      succeed(Task.CLEANUP);
    }
    List<TaskRun> kept = runs.newest(Task.CLEANUP, 1000);
    assertThat(kept).hasSizeBetween(500, 503);
    assertThat(kept.stream().filter(run -> run.status() == RunStatus.FAILED)).hasSize(1);
    assertThat(runs.failures(Task.CLEANUP)).isEqualTo(2);
    fail(Task.CLEANUP, full());
    assertThat(runs.failures(Task.CLEANUP)).isEqualTo(3);
  }

  @Test
  void aDamagedRecordDoesNotStandInTheWay() {
    fail(Task.PHYSICAL, full());
    store.create(cluster.key("runs/physical/7FFFFFFFFFFFFFFF-0000/begun"), new byte[] {1, 2, 3});
    store.create(cluster.key("runs/physical/7FFFFFFFFFFFFFFF-0000/failed"), new byte[] {1, 2, 3});
    assertThat(runs.newest(Task.PHYSICAL, 9)).hasSize(1);
    assertThat(runs.failures(Task.PHYSICAL)).isEqualTo(1);
  }
}
