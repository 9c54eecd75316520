package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long a stream that was told to stop waits, by a clock of the test's own. */
class FarewellTest {
  private static final Duration QUIET = Duration.ofSeconds(5);

  private final AtomicLong clock = new AtomicLong(-40);
  private final AtomicLong stored = new AtomicLong(7);
  private final Farewell farewell = new Farewell(QUIET, stored::get, clock::get);

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void whereNothingIsStoredItIsOverSoon() {
    pass(QUIET.minusNanos(1));
    assertThat(farewell.isOver()).isFalse();
    pass(Duration.ofNanos(1));
    assertThat(farewell.isOver()).isTrue();
  }

  @Test
  void whileSomethingIsStoredItGoesOn() {
    for (int i = 0; i < 8; i++) {
      pass(QUIET.minusNanos(1));
      stored.incrementAndGet();
      assertThat(farewell.isOver()).isFalse();
    }
    pass(QUIET);
    assertThat(farewell.isOver()).isTrue();
  }

  /** A process that is cut off by others tells nothing. */
  @Test
  void itEndsBeforeServiceManagersEndIt() {
    for (int i = 0; i < 45; i++) {
      assertThat(farewell.isOver()).isFalse();
      pass(Duration.ofSeconds(1));
      stored.incrementAndGet();
    }
    assertThat(farewell.isOver()).isTrue();
  }

  @Test
  void aThreadThatHangsIsLeftToItself() {
    CountDownLatch end = new CountDownLatch(1);
    Thread hanging = Thread.ofVirtual().start(() -> awaitQuietly(end));
    Farewell impatient =
        new Farewell(QUIET, stored::get, () -> clock.addAndGet(Duration.ofSeconds(1).toNanos()));
    assertThat(impatient.join(hanging)).isFalse();
    end.countDown();
    assertThat(new Farewell(QUIET, stored::get, clock::get).join(hanging)).isTrue();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
