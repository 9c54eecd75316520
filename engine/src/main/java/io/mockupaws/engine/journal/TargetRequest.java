package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import java.time.Instant;

/**
 * The moment that somebody wants to go back to. What {@code inclusive} says is what PostgreSQL's
 * {@code recovery_target_inclusive} says: whether the record that is named is kept ({@code
 * recoveryStopsBefore} and {@code recoveryStopsAfter}, src/backend/access/transam/xlogrecovery.c).
 */
public sealed interface TargetRequest {

  /** The last record in the journal. */
  record Latest() implements TargetRequest {}

  /**
   * Everything before the first commit or abort, in LSN order, whose time is later; exclusive: not
   * earlier. What PostgreSQL's {@code recovery_target_time} means.
   */
  record AtTime(Instant time, boolean inclusive) implements TargetRequest {
    public AtTime(Instant time) {
      this(time, true);
    }

    /** Whether a transaction that ended then is the first one that is left out. */
    boolean leavesOut(Instant end) {
      return inclusive ? end.isAfter(time) : !end.isBefore(time);
    }
  }

  /**
   * The record at this position, or the one that it lies in, is the last; exclusive: the last one
   * that begins before this position.
   */
  record AtLsn(Lsn lsn, boolean inclusive) implements TargetRequest {
    public AtLsn(Lsn lsn) {
      this(lsn, true);
    }
  }

  /** Where the backup itself ended. */
  record BackupEnd() implements TargetRequest {}

  /** A moment named by what a record says. */
  sealed interface Recorded extends TargetRequest {}

  /**
   * The commit or abort of a transaction is the last record; exclusive: the one before it.
   *
   * @param id 32 bits, or 64 with the epoch, as {@code pg_current_xact_id} has it
   */
  record AtTransaction(long id, boolean inclusive) implements Recorded {
    /** The 32 bits that stand in records. */
    public long xid() {
      return Integer.toUnsignedLong((int) id);
    }

    /** Whether the number says more than records do. */
    public boolean hasEpoch() {
      return id >>> Integer.SIZE != 0;
    }
  }

  /** The first record that {@code pg_create_restore_point} wrote with this name is the last. */
  record AtName(String name) implements Recorded {}
}
