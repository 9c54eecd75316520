package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.store.StorageClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a backup stays.
 *
 * @param reasons why, in words; one at least
 * @param locked where nothing but its lock keeps it, until when
 * @param coldest in how cold a class of storage it may lie while it stays
 */
public record BackupFate(
    BackupId id,
    boolean stays,
    List<String> reasons,
    Optional<Instant> locked,
    StorageClass coldest) {
  public BackupFate {
    reasons = List.copyOf(reasons);
  }

  /** Of one for whose lock nobody asked, and that stays where it lies. */
  BackupFate(BackupId id, boolean stays, List<String> reasons) {
    this(id, stays, reasons, Optional.empty(), StorageClass.STANDARD_IA);
  }

  /** The same where a store has it locked; it stays where it lies. */
  BackupFate lockedUntil(Instant until) {
    return new BackupFate(
        id, true, lockedUntil(until, reasons), Optional.of(until), StorageClass.STANDARD_IA);
  }

  static List<String> lockedUntil(Instant until, List<String> others) {
    List<String> why = new ArrayList<>(List.of("locked until " + until));
    why.addAll(others);
    return why;
  }
}
