package io.mockupaws.engine.logical;

import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.Dumps;
import java.time.Instant;

/**
 * A dump that is whole as far as a listing tells, with what its sidecar says; that was proven.
 *
 * @param storedAt the store's clock when it became visible
 */
public record LogicalBackup(ObjectKey key, DumpSidecar facts, Instant storedAt) {
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
