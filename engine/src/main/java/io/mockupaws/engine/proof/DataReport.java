package io.mockupaws.engine.proof;

import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.proof.Finding.State;
import java.util.List;

/**
 * What was found.
 *
 * @param amcheck whether PostgreSQL's own checks of tables and indexes could be asked
 * @param looked at, in the order they were
 * @param findings everything else was as it must be
 */
public record DataReport(
    ServerAddress server,
    int version,
    boolean amcheck,
    List<Looked> looked,
    List<Finding> findings) {
  public DataReport {
    looked = List.copyOf(looked);
    findings = List.copyOf(findings);
  }

  /** How many of a kind were looked at. */
  public record Looked(Finding.Kind kind, int count) {}

  public boolean isDamaged() {
    return findings.stream().anyMatch(finding -> finding.state() == State.DAMAGED);
  }

  public boolean isProven() {
    return findings.isEmpty();
  }
}
