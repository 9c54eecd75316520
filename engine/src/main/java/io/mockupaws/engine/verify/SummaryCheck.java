package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.summary.Summary;
import io.mockupaws.core.summary.SummaryBytes;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.Optional;

/**
 * Holds summaries of changes against the WAL. No restore needs them, and an incremental backup can
 * do without; but one that lacks a change has made later backups keep an old page.
 */
final class SummaryCheck {
  private final ClusterRepository cluster;
  private final Journal journal;
  private final Findings findings;

  SummaryCheck(ClusterRepository cluster, Journal journal, Findings findings) {
    this.cluster = cluster;
    this.journal = journal;
    this.findings = findings;
  }

  /** Whether a segment's summary, if there is one, says all that its records are seen to change. */
  boolean holds(SegmentName segment, Summary seen) {
    ObjectKey key = journal.summaryKey(segment);
    if (cluster.store().stat(key).isEmpty()) {
      return true;
    }
    Optional<Summary> said = read(key);
    Optional<String> lacking = said.flatMap(summary -> summary.lacking(seen));
    lacking.ifPresent(
        what ->
            findings.add(
                Finding.Kind.CONTENT,
                key.value(),
                "the summary "
                    + key
                    + " lacks "
                    + what
                    + ", which the WAL changed: incremental backups that were taken with it may"
                    + " hold old pages; take a full one, mockupaws backup --kind full"));
    return said.isPresent() && lacking.isEmpty();
  }

  /** A summary by itself; empty, and a finding, when it cannot be read. */
  Optional<Summary> read(ObjectKey key) {
    try {
      return Optional.of(SummaryBytes.read(cluster.get(key, ObjectKind.RECORD)));
    } catch (Failure e) {
      if (e.code() != ErrorCode.OBJECT_MISSING) {
        Findings.kindOf(e);
        findings.add(
            Finding.Kind.UNNEEDED,
            key.value(),
            e.what() + "; incremental backups read the WAL instead of this summary");
      }
      return Optional.empty();
    }
  }
}
