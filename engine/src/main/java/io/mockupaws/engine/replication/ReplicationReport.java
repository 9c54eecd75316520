package io.mockupaws.engine.replication;

import io.mockupaws.core.failure.Failure;
import java.util.List;
import java.util.Optional;

/**
 * What a replication found and did.
 *
 * @param findings what is not the same and was left alone
 * @param replacements copies that were replaced, or would be
 */
public record ReplicationReport(
    List<OfStore> stores, List<ReplicationFinding> findings, List<Replacement> replacements) {
  private static final int FEW = 20;

  /**
   * One store.
   *
   * @param failure what kept it from being compared or completed
   * @param lackedObjects that another store has
   */
  public record OfStore(
      String address,
      Optional<Failure> failure,
      long lackedObjects,
      long lackedBytes,
      long broughtObjects,
      long broughtBytes) {

    /** Whether it is known to have everything that could be seen. */
    public boolean isWhole() {
      return failure.isEmpty() && lackedObjects == broughtObjects;
    }
  }

  public ReplicationReport {
    stores = List.copyOf(stores);
    findings = List.copyOf(findings);
    replacements = List.copyOf(replacements);
  }

  /** Whether no more is lacking than may be on its way. */
  boolean isNearlyWhole() {
    long lacked = stores.stream().mapToLong(OfStore::lackedObjects).sum();
    return lacked > 0
        && lacked <= FEW
        && stores.stream().allMatch(store -> store.failure().isEmpty());
  }

  /** Whether every store has everything, whole and equal as far as was looked. */
  public boolean isWhole() {
    return findings.isEmpty() && stores.stream().allMatch(OfStore::isWhole);
  }
}
