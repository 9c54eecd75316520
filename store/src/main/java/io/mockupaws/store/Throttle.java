package io.mockupaws.store;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds bytes back, so that over any time no more pass than a rate allows. Nothing is saved up
 * while nobody asks. Safe for use by many threads, which share the rate.
 */
public final class Throttle {
  private final double nanosPerByte;
  private final Pace pace;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private long free;

  /**
   * A throttle.
   *
   * @param bytesPerSecond at least 1
   * @param pace the time in which they are counted
   */
  public Throttle(long bytesPerSecond, Pace pace) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("a rate of at least 1 byte a second");
    }
    this.nanosPerByte = (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
    this.pace = pace;
    this.free = pace.nanos();
  }

  public static Throttle of(long bytesPerSecond) {
    return new Throttle(bytesPerSecond, Pace.real());
  }

  /** Returns when so many more bytes may have passed, or after {@link #cancel()}. */
  public void take(long bytes) {
    long wait;
    synchronized (this) {
      long now = pace.nanos();
      free = (free - now > 0 ? free : now) + (long) (bytes * nanosPerByte);
      wait = free - now;
    }
    try {
      if (wait > 0 && cancelled.getCount() > 0) {
        pace.await(cancelled, Duration.ofNanos(wait));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From here on nothing is held back: what waits is to end. */
  public void cancel() {
    cancelled.countDown();
  }
}
