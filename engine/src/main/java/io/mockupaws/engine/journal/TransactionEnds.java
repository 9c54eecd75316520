package io.mockupaws.engine.journal;

import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import java.util.Optional;

/** Picks the ends of transactions out of records. */
final class TransactionEnds {
  private TransactionEnds() {}

  static Optional<WalEvent.TransactionEnd> of(WalRecord record) {
    return record.rmgr() == ResourceManager.TRANSACTION
        ? WalEvent.of(record)
            .filter(WalEvent.TransactionEnd.class::isInstance)
            .map(WalEvent.TransactionEnd.class::cast)
        : Optional.empty();
  }
}
