package io.mockupaws.store;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The time that retries and limits see: how much has passed, and waiting for more of it to pass.
 */
public interface Pace {

  /** Nanoseconds since some fixed moment. */
  long nanos();

  /** Waits, at most until {@code cancelled} is counted down. */
  void await(CountDownLatch cancelled, Duration time) throws InterruptedException;

  static Pace real() {
    return new Pace() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void await(CountDownLatch cancelled, Duration time) throws InterruptedException {
        boolean _ = cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
      }
    };
  }
}
