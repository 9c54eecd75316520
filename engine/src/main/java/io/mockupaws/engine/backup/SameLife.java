package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Checkpoint;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the journal's WAL is that of the server the files were copied from. A copy of a server
 * has its system identifier and its timeline, and WAL of its own at the same positions: only what
 * the records say tells the two apart.
 */
final class SameLife {
  /** A {@code BACKUP_END} record has 34 bytes, and a page's header may stand in it. */
  private static final int END_RECORD_BYTES = 128;

  private final Journal journal;
  private final JournalView view;
  private final BackupSpan backup;

  SameLife(Journal journal, JournalView view, BackupSpan backup) {
    this.journal = journal;
    this.view = view;
    this.backup = backup;
  }

  /**
   * Looks for the checkpoints of the label and of the control file, and for the record with which a
   * primary ends a backup ({@code do_pg_backup_stop}, {@code src/backend/access/transam/xlog.c}:
   * the stop position is that record's end).
   *
   * @throws Failure OTHER_LIFE
   */
  void demand() {
    demand(
        events(backup.checkpoint(), backup.checkpoint().plus(1)).stream()
            .anyMatch(this::isOfTheLabel),
        "no checkpoint at " + backup.checkpoint() + " with redo at " + backup.start());
    Lsn last = backup.control().checkpoint();
    if (last.isBefore(backup.stop())) {
      demand(
          events(last, last.plus(1)).stream().anyMatch(this::isOfTheControlFile),
          "another checkpoint at " + last + " than the control file");
    }
    if (!backup.fromStandby()) {
      Lsn from = Lsn.max(backup.start(), backup.stop().plus(-END_RECORD_BYTES));
      demand(
          events(from, backup.stop()).contains(new Event(backup.stop(), end())),
          "no end of this backup at " + backup.stop());
    }
  }

  /** An event and the end of its record. */
  private record Event(Lsn end, WalEvent event) {}

  private WalEvent end() {
    return new WalEvent.BackupEnd(backup.start());
  }

  private boolean isOfTheLabel(Event found) {
    return found.event() instanceof WalEvent.CheckpointMade made
        && made.checkpoint().redo().equals(backup.start());
  }

  /** Not all of it: a standby goes on counting transactions in its copy. */
  private boolean isOfTheControlFile(Event found) {
    Checkpoint copy = backup.control().lastCheckpoint();
    return found.event() instanceof WalEvent.CheckpointMade made
        && made.checkpoint().redo().equals(copy.redo())
        && made.checkpoint().timeline().equals(copy.timeline())
        && made.checkpoint().time().equals(copy.time());
  }

  private List<Event> events(Lsn from, Lsn to) {
    List<Event> found = new ArrayList<>();
    journal.walk(
        view,
        backup.timeline(),
        from,
        to,
        record ->
            WalEvent.of(record).ifPresent(event -> found.add(new Event(record.end(), event))));
    return found;
  }

  private static void demand(boolean same, String difference) {
    if (!same) {
      throw new Failure(
          ErrorCode.OTHER_LIFE,
          "the journal's WAL is not this server's: it has " + difference,
          "another server with the same system identifier is streamed, and this one is a copy of it"
              + " or the other way round: back up the streamed one, or give this one a cluster of"
              + " its own: mockupaws backup --as NEW");
    }
  }
}
