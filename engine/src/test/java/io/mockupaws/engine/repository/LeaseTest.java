package io.mockupaws.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private static final Duration NO_WAIT = Duration.ZERO;
  private final ClusterRepository cluster =
      Repository.create(
              Stores.inMemory(),
              RepositoryTest.secret("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="),
              new SecureRandom())
          .createCluster(RepositoryTest.identity("prod"));

  @Test
  void aSecondHolderIsRefusedUntilTheFirstLetsGo() {
    try (Lease first = cluster.acquireLease(LeaseRole.JOURNAL, NO_WAIT)) {
      first.check();
      assertHeld();
      cluster.acquireLease(LeaseRole.BACKUP, NO_WAIT).close();
    }
    cluster.acquireLease(LeaseRole.JOURNAL, NO_WAIT).close();
  }

  private void assertHeld() {
    assertThatThrownBy(() -> cluster.acquireLease(LeaseRole.JOURNAL, NO_WAIT))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.LEASE_HELD);
              assertThat(e.what()).contains(Long.toString(ProcessHandle.current().pid()));
            });
  }

  @Test
  void oneOfSixteenGetsIt() throws Exception {
    AtomicInteger winners = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    Thread[] threads = new Thread[16];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      go.await();
                      cluster.acquireLease(LeaseRole.JOURNAL, NO_WAIT);
                      winners.incrementAndGet();
                    } catch (Failure | InterruptedException e) {
                      // refused: another one won
                    }
                  });
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(winners).hasValue(1);
  }

  @Test
  void theLeaseOfAProcessThatIsGoneIsFreeAtOnce() {
    LeaseHolder self = LeaseHolder.self();
    putRecord(1, new LeaseHolder(self.host(), self.place(), self.pid(), self.started() + 1));
    cluster.acquireLease(LeaseRole.JOURNAL, NO_WAIT).close();
  }

  @Test
  void theLeaseOfAProcessThatRunsIsRespected() {
    putRecord(1, LeaseHolder.self());
    assertHeld();
  }

  @Test
  void theLeaseOfAnotherHostIsRespected() {
    putRecord(1, new LeaseHolder("elsewhere", "another boot", 1, 0));
    assertThatThrownBy(() -> cluster.acquireLease(LeaseRole.JOURNAL, NO_WAIT))
        .hasMessageContaining("elsewhere");
  }

  @Test
  void aHolderThatWasPassedBySleepingLoses() {
    Lease sleeper = cluster.acquireLease(LeaseRole.JOURNAL, NO_WAIT);
    putRecord(5, new LeaseHolder("elsewhere", "another boot", 1, 0));
    assertThat(Lease.settle(cluster, LeaseRole.JOURNAL, 2)).isFalse();
    sleeper.close();
    assertThatThrownBy(() -> cluster.acquireLease(LeaseRole.JOURNAL, NO_WAIT))
        .hasMessageContaining("elsewhere");
  }

  @Test
  void theLeaseOfAHolderThatFellSilentIsTakenAfterAWholeTerm() {
    putRecord(1, new LeaseHolder("elsewhere", "another boot", 1, 0));
    assertThatThrownBy(() -> acquire(new ManualTimer(), Lease.TERM.minusSeconds(1)))
        .hasMessageContaining("elsewhere");
    ManualTimer timer = new ManualTimer();
    acquire(timer, Lease.TERM.plusSeconds(10)).close();
    assertThat(timer.nanos()).isGreaterThan(Lease.TERM.toNanos());
  }

  @Test
  void aHolderThatGivesSignsOfLifeIsRespectedForEver() {
    ManualTimer holders = new ManualTimer();
    try (Lease lease = acquire(holders, NO_WAIT)) {
      for (int i = 0; i < 4; i++) {
        holders.advance(Lease.TERM.dividedBy(3));
        String number = String.format("%016x", i + 2);
        holders.endOneWait();
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> cluster.list("lease/journal/" + number).size() == 1);
      }
      await().atMost(Duration.ofMinutes(1)).untilAsserted(lease::check);
    }
  }

  @Test
  void aLeaseThatIsNotRenewedInTimeMayNotBeUsed() {
    ManualTimer timer = new ManualTimer();
    try (Lease lease = acquire(timer, NO_WAIT)) {
      timer.advance(Lease.TERM.minusNanos(1));
      lease.check();
      timer.advance(Duration.ofNanos(1));
      assertThatThrownBy(lease::check)
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LEASE_LOST));
    }
  }

  @Test
  void oneThatRanOutWhileTheStoreWasAwayIsWaitedForAndUsedWhereNobodyElseHadIt() {
    ManualTimer timer = new ManualTimer();
    try (Lease lease = acquire(timer, NO_WAIT)) {
      timer.advance(Lease.TERM);
      timer.atNextPause(
          () -> {
            timer.endOneWait();
            await().untilAsserted(lease::check);
          });
      lease.await(() -> false);
    }
  }

  @Test
  void oneThatCannotBeRenewedIsNotWaitedForForEver() {
    ManualTimer timer = new ManualTimer();
    try (Lease lease = acquire(timer, NO_WAIT)) {
      timer.advance(Lease.TERM);
      assertThatThrownBy(() -> lease.await(() -> false))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LEASE_LOST));
      assertThat(timer.nanos()).isGreaterThan(Duration.ofMinutes(5).toNanos());
    }
  }

  @Test
  void aHolderThatIsNotSeenToRenewItLivesNoMore() {
    assertThat(isRenewed(new ManualTimer())).isFalse();
    putRecord(1, new LeaseHolder("elsewhere", "another boot", 1, 0));
    assertThat(cluster.isHeld(LeaseRole.JOURNAL)).isTrue();
    ManualTimer timer = new ManualTimer();
    assertThat(isRenewed(timer)).isFalse();
    assertThat(timer.nanos()).isGreaterThan(Lease.TERM.toNanos());
  }

  @Test
  void aHolderThatRenewsItElsewhereIsSeen() {
    LeaseHolder elsewhere = new LeaseHolder("elsewhere", "another boot", 1, 0);
    putRecord(1, elsewhere);
    ManualTimer timer = new ManualTimer();
    timer.atNextPause(() -> putRecord(2, elsewhere));
    assertThat(isRenewed(timer)).isTrue();
    assertThat(timer.nanos()).isLessThan(Lease.TERM.toNanos());
  }

  private boolean isRenewed(ManualTimer timer) {
    return Lease.isRenewed(cluster, LeaseRole.JOURNAL, timer);
  }

  private Lease acquire(ManualTimer timer, Duration wait) {
    return Lease.acquire(cluster, LeaseRole.JOURNAL, wait, new SecureRandom(), timer);
  }

  private void putRecord(long number, LeaseHolder holder) {
    cluster.put(
        cluster.key("lease/journal/" + String.format("%016x", number)),
        ObjectKind.RECORD,
        new LeaseRecord("other", holder, Lease.TERM, false).encode());
  }
}
