package io.mockupaws.engine.journal;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Waits for threads that end, while something still becomes durable, and a little longer. A stream
 * that is told to stop does not wait for a server or a store that is gone: what it does not wait
 * for ends with the process, as a kill would end it, and the spool keeps what is not stored.
 */
final class Farewell {
  /** Before a service manager, or our own patience after a signal, cuts the process off. */
  private static final long MOST_NANOS = Duration.ofSeconds(45).toNanos();

  private static final Duration LOOK = Duration.ofMillis(10);

  private final long quietNanos;
  private final LongSupplier progress;
  private final LongSupplier nanos;
  private final long begun;
  private long seen;
  private long since;

  /**
   * Begins to wait.
   *
   * @param quiet so long nothing may move
   * @param progress a number that changes when something does
   * @param nanos as {@link System#nanoTime}
   */
  Farewell(Duration quiet, LongSupplier progress, LongSupplier nanos) {
    this.quietNanos = quiet.toNanos();
    this.progress = progress;
    this.nanos = nanos;
    this.begun = nanos.getAsLong();
    this.since = begun;
    this.seen = progress.getAsLong();
  }

  /** Whether nothing has moved for too long, or it has taken too long altogether. */
  boolean isOver() {
    long now = nanos.getAsLong();
    long moved = progress.getAsLong();
    if (moved != seen) {
      seen = moved;
      since = now;
    }
    return now - since >= quietNanos || now - begun >= MOST_NANOS;
  }

  /** Waits for a thread; false when it is left to itself. */
  boolean join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive() && !isOver()) {
      try {
        thread.join(LOOK);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
