package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What came of a logical backup. One database that failed does not stop the others.
 *
 * @param startedAt which is in the names of its dumps
 */
public record LogicalResult(
    Instant startedAt, List<Dumped> dumps, List<Failed> failures, List<String> notes) {
  public LogicalResult {
    dumps = List.copyOf(dumps);
    failures = List.copyOf(failures);
    notes = List.copyOf(notes);
  }

  /** A dump that is there, with its sidecar. */
  public record Dumped(ObjectKey key, DumpSidecar facts, Duration took) {}

  /**
   * One of which nothing is there.
   *
   * @param database empty for globals
   */
  public record Failed(Optional<String> database, Failure failure) {}
}
