package io.mockupaws.engine.journal;

import java.util.Optional;

/**
 * What became of WAL that was delivered as a file.
 *
 * @param length bytes of the segment that the journal has of it, from its start
 * @param damage what of the file cannot be read: stored as it is, and recorded
 * @param unsummarised why the summary of its changes is not there although there was one: then
 *     incremental backups read the segment itself
 */
public record Delivered(
    Outcome outcome, int length, Optional<Hole> damage, Optional<String> unsummarised) {

  /** Whether something was written. */
  public enum Outcome {
    /** It is in the repository by this call. */
    STORED,
    /** The journal had the same bytes already. */
    KNOWN
  }

  static Delivered whole(Outcome outcome, int length) {
    return new Delivered(outcome, length, Optional.empty(), Optional.empty());
  }
}
