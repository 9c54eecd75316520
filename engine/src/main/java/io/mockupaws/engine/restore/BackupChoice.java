package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.journal.TargetRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Chooses the backup with which the way to a target is shortest. */
final class BackupChoice {
  private final List<ManifestHead> backups;
  private final Map<Timeline, TimelineHistory> histories;

  BackupChoice(List<ManifestHead> backups, Map<Timeline, TimelineHistory> histories) {
    this.backups = List.copyOf(backups);
    this.histories = Map.copyOf(histories);
  }

  /**
   * A backup by its name.
   *
   * @throws Failure UNKNOWN_BACKUP
   */
  ManifestHead named(BackupId id) {
    return backups.stream()
        .filter(backup -> backup.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.UNKNOWN_BACKUP,
                    "the repository has no backup " + id.value(),
                    "see the backups with: mockupaws list"));
  }

  /** The backup that ended last, whatever its branch. */
  Optional<ManifestHead> newest() {
    return backups.stream().max(Comparator.comparing(ManifestHead::stoppedAt));
  }

  /**
   * The newest backup that had ended at the target, on the way to a timeline. One with corrupt
   * pages is taken only when there is none without.
   *
   * @return empty when all backups of this branch ended later
   * @throws Failure NO_BACKUP when there is none on this branch at all
   */
  Optional<ManifestHead> best(TargetRequest target, Timeline branch) {
    List<ManifestHead> onBranch =
        backups.stream()
            .filter(backup -> isOn(backup, branch))
            .sorted(Comparator.comparing(ManifestHead::stop).reversed())
            .toList();
    if (onBranch.isEmpty()) {
      throw new Failure(
          ErrorCode.NO_BACKUP,
          backups.isEmpty()
              ? "the repository has no physical backup of this cluster"
              : "no backup lies on the way to timeline " + branch,
          "take one with: mockupaws backup");
    }
    List<ManifestHead> ended = onBranch.stream().filter(b -> hasEnded(b, target)).toList();
    return ended.stream()
        .filter(backup -> backup.corruptPages().isEmpty())
        .findFirst()
        .or(() -> ended.stream().findFirst());
  }

  private static boolean hasEnded(ManifestHead backup, TargetRequest target) {
    return switch (target) {
      case TargetRequest.Latest() -> true;
      case TargetRequest.BackupEnd() -> true;
      case TargetRequest.AtTime(var time) -> !backup.stoppedAt().isAfter(time);
      case TargetRequest.AtLsn(var lsn) -> !backup.stop().isAfter(lsn);
    };
  }

  private boolean isOn(ManifestHead backup, Timeline branch) {
    if (backup.timeline().equals(branch)) {
      return true;
    }
    return Optional.ofNullable(histories.get(branch))
        .flatMap(history -> history.leftAt(backup.timeline()))
        .filter(left -> !left.isBefore(backup.stop()))
        .isPresent();
  }
}
