package io.mockupaws.engine.logical;

import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.time.Instant;

/**
 * A dump that is whole as far as a listing tells, with what its sidecar says; that was proven.
 *
 * @param storedAt the store's clock when it became visible
 */
public record LogicalBackup(ObjectKey key, DumpSidecar facts, Instant storedAt) {
  /** Clocks of a host and a store differ by less. */
  private static final Duration APART = Duration.ofDays(1);

  /**
   * When it was taken. Nothing is stored before it begins: where the clock of the host that took it
   * was ahead, the store's is believed.
   */
  public Instant time() {
    return isAhead() ? storedAt : facts.startedAt();
  }

  /** Whether its host's clock was ahead of the store's by more than clocks differ. */
  public boolean isAhead() {
    return facts.startedAt().isAfter(storedAt.plus(APART));
  }

  /** As it is named on the command line. */
  public String name() {
    return key.fileName();
  }

  /** Goes first when it is removed, then {@link #key()}. */
  public ObjectKey sidecarKey() {
    return Dumps.sidecarOf(key);
  }

  /** Whether it has everything of a database: neither globals nor a part. */
  public boolean isWholeDatabase() {
    return facts.content() == DumpSidecar.Content.DATABASE && facts.filters().isEmpty();
  }
}
