package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.wal.WalEvent.TransactionEnd;
import java.util.List;
import java.util.Optional;

/**
 * All that a commit or abort says of a transaction.
 *
 * @param subtransactions those that end with it, 32 bits each, unsigned
 * @param removed the relations whose files go with it
 */
public record EndedTransaction(
    TransactionEnd end, List<Integer> subtransactions, List<Relation> removed) {
  private static final int HAS_INFO = 0x80;
  private static final int OPERATION_MASK = 0x70;

  public EndedTransaction {
    subtransactions = List.copyOf(subtransactions);
    removed = List.copyOf(removed);
  }

  /**
   * Reads it; empty for a record that ends none.
   *
   * @throws io.mockupaws.core.failure.Failure WAL_DAMAGED
   */
  public static Optional<EndedTransaction> of(WalRecord record) {
    if (record.rmgr() != ResourceManager.TRANSACTION) {
      return Optional.empty();
    }
    return TransactionRecords.read(record)
        .map(event -> TransactionRecords.details(record, (TransactionEnd) event));
  }

  /**
   * Whether a record of transactions is a plain commit or abort of the transaction whose id it
   * carries, with nothing else in it.
   */
  public static boolean isPlain(WalRecord record) {
    int operation = record.info() & OPERATION_MASK;
    return (record.info() & HAS_INFO) == 0
        && (operation == TransactionRecords.COMMIT || operation == TransactionRecords.ABORT);
  }
}
