package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.wal.WalEvent.Outcome;
import io.mockupaws.core.wal.WalEvent.TransactionEnd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ends of transactions ({@code ParseCommitRecord} and {@code ParseAbortRecord},
 * src/backend/access/rmgrdesc/xactdesc.c).
 */
final class TransactionRecords {
  private static final int OPERATION_MASK = 0x70;
  private static final int HAS_INFO = 0x80;

  static final int COMMIT = 0x00;
  static final int ABORT = 0x20;
  private static final int COMMIT_PREPARED = 0x30;
  private static final int ABORT_PREPARED = 0x40;

  private static final int HAS_DATABASE = 1;
  private static final int HAS_SUBTRANSACTIONS = 1 << 1;
  private static final int HAS_RELATIONS = 1 << 2;
  private static final int HAS_INVALIDATIONS = 1 << 3;
  private static final int HAS_PREPARED = 1 << 4;
  private static final int HAS_DROPPED_STATISTICS = 1 << 8;

  private static final int RELATION_SIZE = 12;
  private static final int INVALIDATION_SIZE = 16;

  private TransactionRecords() {}

  static Optional<WalEvent> read(WalRecord record) {
    return switch (record.info() & OPERATION_MASK) {
      case COMMIT -> ended(record, Outcome.COMMITTED);
      case ABORT -> ended(record, Outcome.ABORTED);
      case COMMIT_PREPARED -> endedPrepared(record, Outcome.COMMITTED);
      case ABORT_PREPARED -> endedPrepared(record, Outcome.ABORTED);
      default -> Optional.empty();
    };
  }

  private static Optional<WalEvent> ended(WalRecord record, Outcome outcome) {
    return Optional.of(new TransactionEnd(record.xid(), outcome, false, new Fields(record).time()));
  }

  /** Takes a relation whose files a transaction removed as it ended. */
  interface RemovedFiles {
    void removed(int tablespace, int database, int relation);
  }

  /** Tells the relations whose files go with the end of a transaction, for any such record. */
  static void removedFiles(WalRecord record, RemovedFiles sink) {
    switch (record.info() & OPERATION_MASK) {
      case COMMIT, ABORT, COMMIT_PREPARED, ABORT_PREPARED -> {
        if ((record.info() & HAS_INFO) != 0) {
          removedFiles(new Fields(record), sink);
        }
      }
      default -> {}
    }
  }

  private static void removedFiles(Fields fields, RemovedFiles sink) {
    fields.skip(Long.BYTES);
    int has = fields.i32();
    if ((has & HAS_RELATIONS) == 0) {
      return;
    }
    skipUpToRelations(fields, has);
    int count = fields.i32();
    for (int i = 0; i < count; i++) {
      int tablespace = fields.i32();
      int database = fields.i32();
      sink.removed(tablespace, database, fields.i32());
    }
  }

  private static void skipUpToRelations(Fields fields, int has) {
    if ((has & HAS_DATABASE) != 0) {
      fields.skip(8);
    }
    if ((has & HAS_SUBTRANSACTIONS) != 0) {
      fields.skipList(Integer.BYTES);
    }
  }

  /** What a commit or abort says beside its outcome. */
  static EndedTransaction details(WalRecord record, TransactionEnd end) {
    if ((record.info() & HAS_INFO) == 0) {
      return new EndedTransaction(end, List.of(), List.of());
    }
    Fields fields = new Fields(record);
    fields.skip(Long.BYTES);
    int has = fields.i32();
    if ((has & HAS_DATABASE) != 0) {
      fields.skip(8);
    }
    List<Integer> subtransactions = new ArrayList<>();
    if ((has & HAS_SUBTRANSACTIONS) != 0) {
      int count = fields.i32();
      for (int i = 0; i < count; i++) {
        subtransactions.add(fields.i32());
      }
    }
    List<Relation> removed = new ArrayList<>();
    removedFiles(
        record,
        (tablespace, database, relation) ->
            removed.add(new Relation(tablespace, database, relation)));
    return new EndedTransaction(end, subtransactions, removed);
  }

  /** The record's own xid is that of the session; the transaction's lies behind the lists. */
  private static Optional<WalEvent> endedPrepared(WalRecord record, Outcome outcome) {
    Fields fields = new Fields(record);
    Instant time = fields.time();
    int has = (record.info() & HAS_INFO) == 0 ? 0 : fields.i32();
    if ((has & HAS_PREPARED) == 0) {
      throw fields.broken("it ends a prepared transaction and does not name it");
    }
    skipUpToRelations(fields, has);
    if ((has & HAS_RELATIONS) != 0) {
      fields.skipList(RELATION_SIZE);
    }
    if ((has & HAS_DROPPED_STATISTICS) != 0) {
      fields.skipList(record.version().droppedStatisticsEntrySize());
    }
    if ((has & HAS_INVALIDATIONS) != 0) {
      fields.skipList(INVALIDATION_SIZE);
    }
    long xid = Integer.toUnsignedLong(fields.i32());
    return Optional.of(new TransactionEnd(xid, outcome, true, time));
  }
}
