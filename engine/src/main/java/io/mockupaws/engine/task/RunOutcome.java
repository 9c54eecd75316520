package io.mockupaws.engine.task;

import io.mockupaws.core.failure.Failure;
import java.util.List;
import java.util.Optional;

/**
 * What a run did.
 *
 * @param made the names of the backups that are there by it
 * @param bytes that it stored; of a cleanup: that it removed
 * @param failure why it failed, or a part of it; else empty
 */
public record RunOutcome(List<String> made, long bytes, Optional<Failure> failure) {
  public RunOutcome {
    made = List.copyOf(made);
  }

  /** All was done. */
  public static RunOutcome done(List<String> made, long bytes) {
    return new RunOutcome(made, bytes, Optional.empty());
  }

  static RunOutcome failed(Failure failure) {
    return new RunOutcome(List.of(), 0, Optional.of(failure));
  }
}
