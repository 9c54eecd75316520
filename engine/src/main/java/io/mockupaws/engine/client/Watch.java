package io.mockupaws.engine.client;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.restore.Cancel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends what blocks as soon as the operator wants to stop: a program that is read from, a query that
 * is waited for.
 */
public final class Watch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final AtomicBoolean over = new AtomicBoolean();

  /**
   * @param end called once, by another thread, when the operator wants to stop
   */
  public Watch(Cancel cancel, Runnable end) {
    Thread.startVirtualThread(
        () -> {
          while (!over.get()) {
            if (cancel.isAsked()) {
              end.run();
              return;
            }
            pause();
          }
        });
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Goes on, or not. */
  public static void check(Cancel cancel) {
    if (cancel.isAsked()) {
      throw stopped();
    }
  }

  public static Failure stopped() {
    return new Failure(
        ErrorCode.RESTORE_INTERRUPTED,
        "the restore was stopped before it was done",
        "the destination is as it was before, unless it was disposable; restore again");
  }

  @Override
  public void close() {
    over.set(true);
  }
}
