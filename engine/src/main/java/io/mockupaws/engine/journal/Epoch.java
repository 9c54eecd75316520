package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import java.util.Optional;

/**
 * Which epoch transaction ids have, of which records hold the lower half only. The checkpoint that
 * a backup begins with tells the next id of its moment in full.
 */
final class Epoch {
  private final Journal journal;
  private final JournalView view;
  private final Timeline branch;
  private final ManifestHead backup;

  Epoch(Journal journal, JournalView view, Timeline branch, ManifestHead backup) {
    this.journal = journal;
    this.view = view;
    this.branch = branch;
    this.backup = backup;
  }

  /**
   * Refuses a number whose upper half is another one than that of the ids around the backup.
   *
   * @throws Failure TARGET_OUTSIDE_WINDOW
   */
  void require(TargetRequest.AtTransaction target) {
    if (!target.hasEpoch()) {
      return;
    }
    long next =
        nextXid()
            .orElseThrow(
                () ->
                    refused(target, "which epoch it is of is not told by the backup's checkpoint"));
    long nearest = next + ((int) target.id() - (int) next);
    if (nearest != target.id()) {
      throw refused(target, "the one of these 32 bits is " + Long.toUnsignedString(nearest));
    }
  }

  private static Failure refused(TargetRequest.AtTransaction target, String why) {
    return new Failure(
        ErrorCode.TARGET_OUTSIDE_WINDOW,
        "there is no end of transaction " + Long.toUnsignedString(target.id()) + ": " + why,
        "Give the transaction's lower 32 bits, " + target.xid() + ", if that one is meant.");
  }

  /** From the first checkpoint behind the position where the backup's recovery begins. */
  private Optional<Long> nextXid() {
    Found found = new Found();
    new JournalWalk(journal, view, branch).some(backup.start(), backup.stop(), found::see);
    return found.nextXid;
  }

  private final class Found {
    private Optional<Long> nextXid = Optional.empty();

    boolean see(WalRecord record) {
      Lsn redo = backup.start();
      if (!record.start().isBefore(redo)
          && WalEvent.of(record).orElse(null) instanceof WalEvent.CheckpointMade made) {
        nextXid = Optional.of(made.checkpoint().nextXid());
      }
      return nextXid.isEmpty();
    }
  }
}
