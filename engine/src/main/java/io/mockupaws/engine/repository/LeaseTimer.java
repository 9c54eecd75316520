package io.mockupaws.engine.repository;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The clock by which a lease runs out, and the waiting that goes with it. */
interface LeaseTimer {
  /** As {@link System#nanoTime}: only differences mean anything. */
  long nanos();

  void pause(long nanos);

  /** True when the latch opened within that time. */
  boolean await(CountDownLatch latch, Duration longest) throws InterruptedException;

  /** This host's own clock. */
  static LeaseTimer real() {
    return new LeaseTimer() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void pause(long nanos) {
        LockSupport.parkNanos(nanos);
      }

      @Override
      public boolean await(CountDownLatch latch, Duration longest) throws InterruptedException {
        return latch.await(longest.toNanos(), TimeUnit.NANOSECONDS);
      }
    };
  }
}
