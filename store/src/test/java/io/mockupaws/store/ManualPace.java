package io.mockupaws.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A time that passes only by waiting for it, and remembers each wait. */
final class ManualPace implements Pace {
  final List<Duration> waits = new ArrayList<>();
  private long nanos;
  private Runnable duringWait = () -> {};

  void duringWait(Runnable action) {
    duringWait = action;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public void await(CountDownLatch cancelled, Duration time) throws InterruptedException {
    waits.add(time);
    nanos += time.toNanos();
    duringWait.run();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
