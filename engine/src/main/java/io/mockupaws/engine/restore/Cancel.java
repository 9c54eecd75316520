package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The operator's wish to stop. It is looked at between buffers; no thread is interrupted, since an
 * interrupt would close the file it works on.
 */
public final class Cancel {
  private final AtomicBoolean asked = new AtomicBoolean();

  /** Asks for the end. May be called from a signal handler's thread. */
  public void ask() {
    asked.set(true);
  }

  /** Whether the end was asked for. */
  public boolean isAsked() {
    return asked.get();
  }

  /**
   * Goes on, or not.
   *
   * @throws Failure RESTORE_INTERRUPTED when the end was asked for
   */
  void check() {
    if (asked.get()) {
      throw new Failure(
          ErrorCode.RESTORE_INTERRUPTED,
          "the restore was stopped before it was done",
          "remove the target directory, it cannot be started, and restore again");
    }
  }
}
