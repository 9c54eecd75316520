package io.mockupaws.engine.journal;

import java.time.Duration;

/**
 * When the next piece of the tail is due: one interval after the last one was begun. What came in
 * since waits no longer than that, whatever still comes in behind it; what comes after a pause does
 * not wait at all; and a store that takes longer than the interval delays what came in meanwhile by
 * no more than its own slowness. Used by one thread at a time.
 */
final class TailPace {
  private final long interval;
  private long begun;

  /**
   * A pace at which the first piece is due at once.
   *
   * @param now as {@link System#nanoTime}
   */
  TailPace(Duration interval, long now) {
    this.interval = interval.toNanos();
    this.begun = now - this.interval;
  }

  /** How many nanoseconds are left until a piece is due; none left: 0 or less. */
  long left(long now) {
    return interval - (now - begun);
  }

  /** A piece with everything that has come in so far is begun. */
  void begin(long now) {
    begun = now;
  }
}
