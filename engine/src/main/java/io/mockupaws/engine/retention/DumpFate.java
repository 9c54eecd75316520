package io.mockupaws.engine.retention;

import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.store.StorageClass;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a dump in one cleanup.
 *
 * @param stays whether a rule or a hold keeps it
 * @param reasons in words
 * @param expiredBefore whether it had expired when the cleanup began; one that stays is back
 * @param until until when it can be brought back; empty where it stays, and where it goes
 * @param locked where nothing but its lock keeps it, until when
 * @param coldest in how cold a class of storage it may lie while it stays
 */
public record DumpFate(
    LogicalBackup dump,
    boolean stays,
    List<String> reasons,
    boolean expiredBefore,
    Optional<Instant> until,
    Optional<Instant> locked,
    StorageClass coldest) {
  public DumpFate {
    reasons = List.copyOf(reasons);
  }

  /** Whether it expires by this cleanup. */
  public boolean expires() {
    return !stays && !expiredBefore;
  }

  /** Whether it had expired and is kept again. */
  public boolean isBack() {
    return stays && expiredBefore;
  }

  /** Whether its objects go. */
  boolean goes() {
    return !stays && until.isEmpty();
  }
}
