package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.BlockReferences;
import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.StorageRecords;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Takes out of {@link Leftovers} what the journal shows as changed between their backup's start and
 * the start of this one. What is left then is as if it had been read at this start: whatever
 * changes it from here on is replayed, with the full pages that this backup forces into the WAL.
 *
 * <p>Main forks alone: every change of theirs names its block, or is a record of a file made, cut
 * off or dropped. Hint bits without WAL may be set or not, as in any reading.
 */
final class ChangedSince {
  /** A byte of WAL is fetched and looked at; a byte of a file is read, sealed and stored. */
  private static final int WAL_A_BYTE = 4;

  private final Journal journal;
  private final Timeline timeline;
  private final int blocksPerFile;
  private final CoveredWal covered;

  ChangedSince(Journal journal, Timeline timeline, int blocksPerFile) {
    this(journal, timeline, blocksPerFile, new CoveredWal(journal, timeline));
  }

  ChangedSince(Journal journal, Timeline timeline, int blocksPerFile, CoveredWal covered) {
    this.journal = journal;
    this.timeline = timeline;
    this.blocksPerFile = blocksPerFile;
    this.covered = covered;
  }

  /**
   * Looks.
   *
   * @param start of this backup
   * @param stopped asked now and then whether to give up
   */
  void remove(Leftovers leftovers, Lsn start, BooleanSupplier stopped) {
    if (leftovers.isEmpty()) {
      return;
    }
    Lsn from = leftovers.start();
    if (start.isBefore(from)) {
      leftovers.refuseAll("its start lies behind this one's");
    } else if (start.minus(from) / WAL_A_BYTE > leftovers.bytes()) {
      leftovers.refuseAll("so much WAL was written since that reading anew costs less");
    } else if (start.isAfter(from)) {
      look(leftovers, from, start, stopped);
    }
  }

  private void look(Leftovers leftovers, Lsn from, Lsn to, BooleanSupplier stopped) {
    Optional<JournalView> view = covered.await(from, to, stopped);
    if (view.isEmpty()) {
      leftovers.refuseAll("the WAL from its start on is not in the repository without a gap");
      return;
    }
    try {
      Look look = new Look(leftovers);
      journal.walk(view.get(), timeline, from, to, look::record);
      if (!look.checkpointSeen) {
        leftovers.refuseAll("the WAL in the repository does not have its checkpoint");
      }
    } catch (Failure e) {
      if (e.code() != ErrorCode.WAL_DAMAGED && e.code() != ErrorCode.WAL_HOLE) {
        throw e;
      }
      leftovers.refuseAll("the WAL from its start on cannot be read: " + e.what());
    }
  }

  /** One pass over the records. */
  private final class Look {
    private final Leftovers leftovers;
    private final Lsn oldest;
    private boolean checkpointSeen;

    Look(Leftovers leftovers) {
      this.leftovers = leftovers;
      this.oldest = leftovers.start();
    }

    private void record(WalRecord record) {
      Lsn at = record.start();
      if (ResourceManager.isCustom(record.rmgr())) {
        leftovers.refuseAll("an extension wrote WAL of its own, which may change any file");
      }
      StorageRecords.relation(record).ifPresent(relation -> leftovers.changed(relation, at));
      Optional<WalEvent> event = WalEvent.of(record);
      event.ifPresent(known -> event(known, at));
      if (record.rmgr() == ResourceManager.DATABASE && event.isEmpty()) {
        leftovers.refuseAll("a record does to a database what is not known, at " + at);
      }
      BlockReferences blocks = record.blocks();
      for (int i = 0; i < blocks.count(); i++) {
        if (blocks.fork(i) == Fork.MAIN.ordinal()) {
          Relation relation = blocks.relation(i);
          leftovers.changed(relation, (int) (blocks.block(i) / blocksPerFile), at);
        }
      }
    }

    private void event(WalEvent event, Lsn at) {
      switch (event) {
        case WalEvent.CheckpointMade made -> {
          checkpointSeen |= made.checkpoint().redo().equals(oldest);
          if (made.shutdown()) {
            leftovers.refuseAll("the server was shut down, or recovered from a crash, since");
          }
        }
        case WalEvent.EndOfRecovery ended ->
            leftovers.refuseAll("the server recovered since, at " + at);
        case WalEvent.ParameterChange change ->
            leftovers.refuseAll("the server's settings changed since, at " + at);
        case WalEvent.DatabaseFileCopy(int oid, int tablespace, int _, int _) ->
            leftovers.changed(tablespace, Optional.of(oid), at);
        case WalEvent.DatabaseCreate(int oid, int tablespace) ->
            leftovers.changed(tablespace, Optional.of(oid), at);
        case WalEvent.DatabaseDrop drop ->
            drop.tablespaces().forEach(oid -> leftovers.changed(oid, Optional.of(drop.oid()), at));
        case WalEvent.TablespaceCreate create ->
            leftovers.changed(create.oid(), Optional.empty(), at);
        case WalEvent.TablespaceDrop drop -> leftovers.changed(drop.oid(), Optional.empty(), at);
        case WalEvent.TransactionEnd _,
            WalEvent.RestorePoint _,
            WalEvent.FullPageWrites _,
            WalEvent.BackupEnd _,
            WalEvent.SegmentSwitch _,
            WalEvent.BrokenOffRecord _ -> {}
      }
    }
  }
}
