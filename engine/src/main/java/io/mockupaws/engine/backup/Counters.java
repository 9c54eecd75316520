package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.concurrent.atomic.AtomicLong;

/** How far the workers are, and whether they are to go on. Safe for use by many threads. */
final class Counters {
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong vanished = new AtomicLong();
  private volatile boolean stopped;

  /** So many bytes of what was listed are read, or will not be. */
  void done(long count) {
    bytes.addAndGet(count);
  }

  long bytes() {
    return bytes.get();
  }

  /** So many bytes of files came from the server. */
  void read(long count) {
    read.addAndGet(count);
  }

  long readBytes() {
    return read.get();
  }

  /** A file was not there any more. */
  void vanished() {
    vanished.incrementAndGet();
  }

  /** From here on {@link #demandGoingOn} fails. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  /** To be called between buffers. */
  void demandGoingOn() {
    if (stopped) {
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "the backup was broken off; nothing of it is visible",
          "take it again");
    }
  }
}
