package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.TargetRequest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Chooses the backup with which the way to a target is shortest. */
final class BackupChoice {
  private final List<ManifestHead> backups;
  private final Map<Timeline, TimelineHistory> histories;
  private final Locator locator;

  /** Finds where a record lies that is named by what it says, from a position on. */
  @FunctionalInterface
  interface Locator {
    Lsn locate(TargetRequest.Recorded target, Timeline branch, Lsn from);
  }

  BackupChoice(
      List<ManifestHead> backups, Map<Timeline, TimelineHistory> histories, Locator locator) {
    this.backups = List.copyOf(backups);
    this.histories = Map.copyOf(histories);
    this.locator = locator;
  }

  /** Over what a journal tells of timelines, also of those whose own history is not there. */
  static BackupChoice of(List<ManifestHead> backups, JournalView view, Locator locator) {
    return new BackupChoice(
        backups,
        view.allHistories().stream()
            .collect(Collectors.toMap(TimelineHistory::timeline, Function.identity())),
        locator);
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
   * The newest of some timelines that a recovery from a backup can follow.
   *
   * @throws Failure OBJECT_MISSING when a newer one may come of the backup, and nothing tells
   */
  Optional<Timeline> newestFrom(ManifestHead backup, List<Timeline> timelines) {
    timelines.stream()
        .filter(timeline -> timeline.compareTo(backup.timeline()) > 0)
        .filter(this::isUnexplained)
        .findFirst()
        .ifPresent(
            timeline -> {
              throw unexplained(timeline, backup);
            });
    return timelines.stream()
        .filter(timeline -> isOn(backup, timeline))
        .max(Comparator.naturalOrder());
  }

  /**
   * The backup itself.
   *
   * @throws Failure NO_BACKUP when the timeline was left for good before the backup's end, or is of
   *     another branch
   */
  ManifestHead onTheWay(ManifestHead backup, Timeline branch) {
    if (!isOn(backup, branch)) {
      throw new Failure(
          ErrorCode.NO_BACKUP,
          "the backup "
              + backup.id().value()
              + ", on timeline "
              + backup.timeline()
              + ", does not lie on the way to timeline "
              + branch,
          "see the branches with: mockupaws timelines");
    }
    return backup;
  }

  /** The first of {@link #candidates}. */
  Optional<ManifestHead> best(TargetRequest target, Timeline branch) {
    return candidates(target, branch).stream().findFirst();
  }

  /**
   * The backups that had ended at the target, on the way to a timeline, the newest first. Those
   * with corrupt pages come behind all others, and one that was consolidated behind that which took
   * its place: each is for when those before it cannot be used.
   *
   * @return empty when all backups of this branch ended later
   * @throws Failure NO_BACKUP when there is none on this branch at all; OBJECT_MISSING when nothing
   *     tells what the branch comes of
   */
  List<ManifestHead> candidates(TargetRequest target, Timeline branch) {
    List<ManifestHead> onBranch =
        backups.stream()
            .filter(backup -> isOn(backup, branch))
            .sorted(
                Comparator.comparing(ManifestHead::stop)
                    .reversed()
                    .thenComparing(ManifestHead.newestConsolidation(backups)))
            .toList();
    if (onBranch.isEmpty() && !backups.isEmpty() && isUnexplained(branch)) {
      throw unexplained(branch, newest().orElseThrow());
    }
    if (onBranch.isEmpty()) {
      throw new Failure(
          ErrorCode.NO_BACKUP,
          backups.isEmpty()
              ? "the repository has no physical backup of this cluster"
              : "no backup lies on the way to timeline " + branch,
          "take one with: mockupaws backup");
    }
    Predicate<ManifestHead> hasEnded = hasEnded(target, branch, onBranch.getLast().stop());
    return onBranch.stream()
        .filter(hasEnded)
        .sorted(Comparator.comparing(backup -> !backup.corruptPages().isEmpty()))
        .toList();
  }

  private Predicate<ManifestHead> hasEnded(TargetRequest target, Timeline branch, Lsn oldest) {
    return switch (target) {
      case TargetRequest.Latest _, TargetRequest.BackupEnd _ -> _ -> true;
      case TargetRequest.AtTime(Instant time, boolean _) ->
          backup -> !backup.stoppedAt().isAfter(time);
      case TargetRequest.AtLsn(Lsn lsn, boolean _) -> backup -> !backup.stop().isAfter(lsn);
      case TargetRequest.Recorded recorded -> {
        Lsn at = locator.locate(recorded, branch, oldest);
        yield backup -> !backup.stop().isAfter(at);
      }
    };
  }

  /** Whether there is WAL of it, and no history. */
  private boolean isUnexplained(Timeline timeline) {
    return Optional.ofNullable(histories.get(timeline))
        .filter(history -> history.ancestors().isEmpty())
        .isPresent();
  }

  private static Failure unexplained(Timeline timeline, ManifestHead backup) {
    return new Failure(
        ErrorCode.OBJECT_MISSING,
        "the repository has WAL of timeline "
            + timeline
            + " but not "
            + timeline.historyFileName()
            + ", which tells where it left the timeline before",
        "bring it in from pg_wal of a server that is or was on it: mockupaws wal push"
            + " PATH/pg_wal/"
            + timeline.historyFileName()
            + "; or do without that timeline: --timeline "
            + backup.timeline());
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
