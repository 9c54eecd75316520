package io.mockupaws.engine.restore;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Tells a listener at even steps of time how far one phase has come, and once more at its end. */
final class Meter implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(200);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final RestoreListener listener;
  private final RestoreProgress.Phase phase;
  private final LongSupplier done;
  private final long total;
  private final Thread thread;

  Meter(RestoreListener listener, RestoreProgress.Phase phase, LongSupplier done, long total) {
    this.listener = listener;
    this.phase = phase;
    this.done = done;
    this.total = total;
    this.thread = Thread.ofVirtual().name("restore-meter").start(this::tellUntilEnded);
  }

  private void tellUntilEnded() {
    try {
      while (!ended.await(STEP.toMillis(), TimeUnit.MILLISECONDS)) {
        tell();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell() {
    listener.progress(new RestoreProgress(phase, done.getAsLong(), total, Optional.empty()));
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tell();
  }
}
