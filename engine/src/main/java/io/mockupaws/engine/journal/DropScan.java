package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.WalRecord;
import java.util.HashMap;
import java.util.Map;

/**
 * Looks over a stretch in which nobody committed for the first thing that a DROP DATABASE at its
 * end did: a record of its transaction, or the update in place that marks the database, which may
 * be made before the transaction has an id.
 */
final class DropScan {
  /**
   * {@code XLOG_HEAP_INPLACE} under {@code XLOG_HEAP_OPMASK} (src/include/access/heapam_xlog.h).
   */
  private static final int INPLACE = 0x70;

  private final Lsn from;
  private final Lsn drop;
  private final Map<Long, Lsn> byTransaction = new HashMap<>();
  private Lsn first;

  DropScan(Lsn from, Lsn drop) {
    this.from = from;
    this.drop = drop;
    this.first = drop;
  }

  /** Whether to go on. */
  boolean see(WalRecord record) {
    Lsn at = record.start();
    if (at.isBefore(from)) {
      return true;
    }
    if (record.xid() != 0) {
      byTransaction.putIfAbsent(record.xid(), at);
    }
    if (marksShared(record)) {
      first = at.isBefore(first) ? at : first;
    }
    if (at.equals(drop)) {
      Lsn own = byTransaction.getOrDefault(record.xid(), drop);
      first = own.isBefore(first) ? own : first;
      return false;
    }
    return true;
  }

  private static boolean marksShared(WalRecord record) {
    return record.rmgr() == ResourceManager.HEAP
        && (record.info() & INPLACE) == INPLACE
        && record.blocks().count() > 0
        && record.blocks().tablespace(0) == Relation.GLOBAL_TABLESPACE;
  }

  Lsn first() {
    return first;
  }
}
