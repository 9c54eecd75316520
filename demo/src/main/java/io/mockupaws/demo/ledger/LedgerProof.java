package io.mockupaws.demo.ledger;

import io.mockupaws.demo.postgres.ServerLogin;
import java.util.List;
import java.util.Map;

/**
 * What the comparison of a recovered server with the ledger found.
 *
 * @param rowsExpected rows that had to be there
 * @param rowsLost of those, how many are missing or have another content
 * @param rowsBeyondTarget rows that are there though their COMMIT was sent after the target, or
 *     though no writer ever sent it, or twice
 * @param inFlight rows that may or may not be there: sent by the target, not acknowledged by it
 * @param inFlightPresent of those, how many are there
 * @param outOfOrder rows that are there though a commit that came earlier is not
 * @param examples a few of the rows found wrong, in words
 */
public record LedgerProof(
    long rowsExpected,
    long rowsLost,
    long rowsBeyondTarget,
    long inFlight,
    long inFlightPresent,
    long outOfOrder,
    List<String> examples) {

  /** Whether nothing is wrong. */
  public boolean proven() {
    return rowsLost == 0 && rowsBeyondTarget == 0 && outOfOrder == 0;
  }

  /**
   * Compares by content. Order is judged by the clients' own times: what was acknowledged before
   * another COMMIT was sent came earlier.
   */
  public static LedgerProof of(
      ServerLogin recovered, String database, Ledger ledger, ProofTarget target) {
    return of(recovered, database, ledger, target, Map.of());
  }

  /**
   * As above, and order is judged by the WAL too.
   *
   * @param commitOrder for transaction ids, as far as known, a number that grows in LSN order
   */
  public static LedgerProof of(
      ServerLogin recovered,
      String database,
      Ledger ledger,
      ProofTarget target,
      Map<Long, Long> commitOrder) {
    PresentRows present = new PresentRows(ledger);
    LedgerTable.forEach(recovered, database, present::add);
    return new Judgement(ledger, target, present, commitOrder).proof();
  }
}
