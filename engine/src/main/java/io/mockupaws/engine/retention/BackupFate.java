package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a backup stays.
 *
 * @param reasons why, in words; one at least
 * @param locked where nothing but its lock keeps it, until when
 */
public record BackupFate(
    BackupId id, boolean stays, List<String> reasons, Optional<Instant> locked) {
  public BackupFate {
    reasons = List.copyOf(reasons);
  }

  /** Of one for whose lock nobody asked. */
  BackupFate(BackupId id, boolean stays, List<String> reasons) {
    this(id, stays, reasons, Optional.empty());
  }

  /** The same where a store has it locked. */
  BackupFate lockedUntil(Instant until) {
    return new BackupFate(id, true, lockedUntil(until, reasons), Optional.of(until));
  }

  static List<String> lockedUntil(Instant until, List<String> others) {
    List<String> why = new ArrayList<>(List.of("locked until " + until));
    why.addAll(others);
    return why;
  }
}
