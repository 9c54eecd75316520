package io.mockupaws.demo.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * One commit as its client saw it.
 *
 * @param xid the transaction's 64-bit id
 * @param sent when COMMIT was about to be sent
 * @param acknowledged when its success had come back; empty when it never did
 */
public record LedgerEntry(
    int writer, long number, long xid, Instant sent, Optional<Instant> acknowledged) {

  /** Whether the client knew at that moment that the row is safe. */
  public boolean isAcknowledgedBy(Instant moment) {
    return acknowledged.map(time -> !time.isAfter(moment)).orElse(false);
  }
}
