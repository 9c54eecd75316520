package io.mockupaws.engine.repository;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Time passes when the test says so, and while somebody pauses. */
final class ManualTimer implements LeaseTimer {
  private final AtomicLong now = new AtomicLong();
  private final Semaphore ends = new Semaphore(0);
  private Runnable meanwhile = () -> {};

  void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }

  /** What happens while somebody pauses the next time. */
  void atNextPause(Runnable happens) {
    meanwhile = happens;
  }

  /** Ends one wait for a latch, as if its time were over. */
  void endOneWait() {
    ends.release();
  }

  @Override
  public long nanos() {
    return now.get();
  }

  @Override
  public void pause(long nanos) {
    now.addAndGet(nanos);
    Runnable happens = meanwhile;
    meanwhile = () -> {};
    happens.run();
  }

  @Override
  public boolean await(CountDownLatch latch, Duration longest) throws InterruptedException {
    while (!latch.await(1, TimeUnit.MILLISECONDS)) {
      if (ends.tryAcquire()) {
        return false;
      }
    }
    return true;
  }
}
