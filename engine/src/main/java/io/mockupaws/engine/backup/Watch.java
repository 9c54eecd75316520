package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.Lease;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Looks after a running backup several times a second: reports how far it is, and ends it early
 * when it could not be committed anyway. Used by one thread.
 */
final class Watch {
  private static final long CHECKS_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final BackupProgress progress;
  private final Lease lease;
  private final DurableWal wal;
  private final Meter meter = new Meter(System::nanoTime);
  private final long begun = System.nanoTime();
  private BackupProgress.Phase phase = BackupProgress.Phase.BEGINNING;
  private long checked = begun;

  Watch(BackupProgress progress, Lease lease, DurableWal wal) {
    this.progress = progress;
    this.lease = lease;
    this.wal = wal;
  }

  /**
   * The backup does something else from here on. A phase may be over before the first look, so
   * whether to go on is asked here too.
   */
  void enter(BackupProgress.Phase next, long bytesDone, long bytesTotal) {
    phase = next;
    report(bytesDone, bytesTotal);
    demandGoingOn();
  }

  /**
   * One look.
   *
   * @param sometimes checked every few seconds, beside the lease and the journal
   */
  void tick(long bytesDone, long bytesTotal, Runnable sometimes) {
    report(bytesDone, bytesTotal);
    demandGoingOn();
    long now = System.nanoTime();
    if (now - checked >= CHECKS_NANOS) {
      checked = now;
      lease.check();
      wal.check();
      sometimes.run();
    }
  }

  /** So many of the bytes to come as done were stored by another backup. */
  void takenOver(long bytes) {
    meter.skip(bytes);
  }

  boolean isCancelled() {
    return progress.cancelled();
  }

  /**
   * Whether to go on.
   *
   * @throws Failure BACKUP_INTERRUPTED
   */
  void demandGoingOn() {
    if (isCancelled()) {
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "the backup was broken off; nothing of it is visible",
          "take it again");
    }
  }

  private void report(long bytesDone, long bytesTotal) {
    progress.report(new BackupProgress.State(phase, bytesDone, bytesTotal, meter.rate(bytesDone)));
  }

  /** Before what only the holder of the lease may write. */
  void demandLease() {
    lease.check();
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
