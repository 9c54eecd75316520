package io.mockupaws.engine.verify;

import io.mockupaws.core.format.BackupId;
import java.util.Optional;

/**
 * What to verify.
 *
 * @param backup one backup, and the WAL from its start on; empty for all
 * @param jobs packs read at once
 */
public record VerifyRequest(Optional<BackupId> backup, Depth depth, int jobs) {
  public VerifyRequest {
    if (jobs < 1) {
      throw new IllegalArgumentException("jobs: " + jobs);
    }
  }
}
