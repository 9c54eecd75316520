package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.RecoverySettings;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a record means, for those records that matter to a recovery. All other records change pages
 * or bookkeeping and are no event. OIDs and transaction ids are 32 bits, unsigned.
 */
public sealed interface WalEvent {

  /**
   * Reads what a record means; empty for a record that is no event.
   *
   * @throws io.mockupaws.core.failure.Failure WAL_DAMAGED when the record's checksum is right but
   *     its content is not what this version of PostgreSQL writes
   */
  static Optional<WalEvent> of(WalRecord record) {
    return switch (record.rmgr()) {
      case ResourceManager.TRANSACTION -> TransactionRecords.read(record);
      case ResourceManager.XLOG -> XlogRecords.read(record);
      case ResourceManager.DATABASE -> DatabaseRecords.read(record);
      case ResourceManager.TABLESPACE -> TablespaceRecords.read(record);
      default -> Optional.empty();
    };
  }

  /**
   * A transaction's end (src/include/access/xact.h).
   *
   * @param xid the top-level transaction; for a prepared one its own id, not that of the session
   *     which ended it
   * @param outcome what became of it
   * @param prepared whether it was ended by COMMIT PREPARED or ROLLBACK PREPARED
   * @param time the server's clock when it ended, in microseconds; not monotonic in WAL order
   */
  record TransactionEnd(long xid, Outcome outcome, boolean prepared, Instant time)
      implements WalEvent {
    public boolean committed() {
      return outcome == Outcome.COMMITTED;
    }
  }

  /** How a transaction ended. */
  enum Outcome {
    COMMITTED,
    ABORTED
  }

  /** {@code pg_create_restore_point}. */
  record RestorePoint(String name, Instant time) implements WalEvent {}

  /**
   * CREATE TABLESPACE.
   *
   * @param path the directory on the source; empty: inside the data directory
   */
  record TablespaceCreate(int oid, String path) implements WalEvent {}

  /** DROP TABLESPACE. */
  record TablespaceDrop(int oid) implements WalEvent {}

  /** CREATE DATABASE by copying files: replay copies them too, so they must be there whole. */
  record DatabaseFileCopy(int oid, int tablespace, int sourceOid, int sourceTablespace)
      implements WalEvent {}

  /** CREATE DATABASE whose content is in the records that follow. */
  record DatabaseCreate(int oid, int tablespace) implements WalEvent {}

  /** DROP DATABASE: replay removes its directory in each of the tablespaces. */
  record DatabaseDrop(int oid, List<Integer> tablespaces) implements WalEvent {
    public DatabaseDrop {
      tablespaces = List.copyOf(tablespaces);
    }
  }

  /** The server started with other settings than before. */
  record ParameterChange(RecoverySettings settings) implements WalEvent {}

  /** The setting {@code full_page_writes} changed. */
  record FullPageWrites(boolean on) implements WalEvent {}

  /** The first record of a timeline begun without a checkpoint. */
  record EndOfRecovery(Timeline timeline, Timeline previousTimeline, Instant time)
      implements WalEvent {}

  /**
   * A checkpoint.
   *
   * @param shutdown nothing lies between its redo and itself: the server was stopped
   */
  record CheckpointMade(boolean shutdown, io.mockupaws.core.pg.Checkpoint checkpoint)
      implements WalEvent {}

  /**
   * The end of a backup taken on a primary.
   *
   * @param start the redo position that its backup label names
   */
  record BackupEnd(Lsn start) implements WalEvent {}

  /** The rest of the segment is unused. */
  record SegmentSwitch() implements WalEvent {}

  /**
   * After a crash: a record at {@code broken} was never finished, and this one stands where it
   * would go on.
   */
  record BrokenOffRecord(Lsn broken, Instant time) implements WalEvent {}
}
