package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import java.util.List;

/**
 * Whether a backup stays.
 *
 * @param reasons why, in words; one at least
 */
public record BackupFate(BackupId id, boolean stays, List<String> reasons) {
  public BackupFate {
    reasons = List.copyOf(reasons);
  }
}
