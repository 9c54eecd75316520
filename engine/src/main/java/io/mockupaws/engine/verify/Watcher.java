package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.concurrent.atomic.AtomicLong;

/** Counts one phase's bytes, tells them, and ends the work when it is asked to. */
final class Watcher {
  private final VerifyListener listener;
  private final VerifyProgress.Phase phase;
  private final String subject;
  private final long total;
  private final AtomicLong done = new AtomicLong();

  Watcher(VerifyListener listener, VerifyProgress.Phase phase, String subject, long total) {
    this.listener = listener;
    this.phase = phase;
    this.subject = subject;
    this.total = total;
    done(0);
  }

  /**
   * Bytes that were done since the last call.
   *
   * @throws Failure VERIFY_INTERRUPTED
   */
  void done(long bytes) {
    if (listener.cancelled()) {
      throw new Failure(
          ErrorCode.VERIFY_INTERRUPTED,
          "the verification was stopped before it was done",
          "run it again: it changes nothing, and goes on where it was");
    }
    listener.progress(new VerifyProgress(phase, subject, done.addAndGet(bytes), total));
  }
}
