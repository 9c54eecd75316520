package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import java.util.List;

/**
 * What a cleanup would remove, in the order in which it would.
 *
 * @param backups every backup whose manifest can be read, oldest first
 * @param unreadable backups whose manifest cannot be read; they stay, and so does every pack that
 *     they may need
 * @param removals manifests, then packs, then WAL
 * @param backupRuns whether packs without a manifest were left alone because of it
 * @param lost what can be recovered today and could not afterwards, in words
 */
public record CleanupPlan(
    List<BackupFate> backups,
    List<BackupId> unreadable,
    List<Removal> removals,
    boolean backupRuns,
    List<String> lost) {
  public CleanupPlan {
    backups = List.copyOf(backups);
    unreadable = List.copyOf(unreadable);
    removals = List.copyOf(removals);
    lost = List.copyOf(lost);
  }

  /** Objects that would go. */
  public long objects() {
    return removals.stream().mapToLong(Removal::objects).sum();
  }

  /** Bytes that would be free. */
  public long bytes() {
    return removals.stream().mapToLong(Removal::bytes).sum();
  }
}
