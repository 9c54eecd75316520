package io.mockupaws.engine.verify;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import java.util.List;
import java.util.Optional;

/**
 * Whether a backup can be restored to its own end.
 *
 * @param head empty when its manifest cannot be read
 * @param reasons why not; empty for a whole one
 */
public record BackupVerdict(BackupId id, Optional<ManifestHead> head, List<String> reasons) {
  public BackupVerdict {
    reasons = List.copyOf(reasons);
  }

  public boolean whole() {
    return reasons.isEmpty();
  }
}
