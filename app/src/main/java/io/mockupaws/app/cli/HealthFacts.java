package io.mockupaws.app.cli;

import io.mockupaws.app.daemon.Reason;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.cluster.ServerStatistics;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRuns;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one look of {@code serve} at its cluster gave.
 *
 * @param at when it was made
 * @param took how long
 * @param status as the command shows it
 * @param reasons what is wrong by that
 * @param backups that can be read, oldest first
 * @param runs of each task
 * @param statistics of the server; empty where it did not answer
 * @param serverAhead how far the server's clock is ahead of this host's; negative: behind
 * @param storeAhead likewise the store's; empty where nothing was written lately
 * @param spool where WAL waits, and the room there
 */
record HealthFacts(
    Instant at,
    Duration took,
    StatusAnswer status,
    List<Reason> reasons,
    List<ManifestHead> backups,
    Map<Task, TaskRuns.Summary> runs,
    Optional<ServerStatistics> statistics,
    Optional<Duration> serverAhead,
    Optional<Duration> storeAhead,
    Optional<Spool> spool) {
  HealthFacts {
    reasons = List.copyOf(reasons);
    backups = List.copyOf(backups);
    runs = Map.copyOf(runs);
  }

  /** A place on this host's disks. */
  record Spool(Path folder, long freeBytes, long totalBytes) {}

  /** The newest backup without a corrupt page. */
  Optional<ManifestHead> newestClean() {
    return backups.reversed().stream().filter(head -> head.corruptPages().isEmpty()).findFirst();
  }

  TaskRuns.Summary runs(Task task) {
    return runs.getOrDefault(task, TaskRuns.Summary.none());
  }

  /** When the newest good backup of a task ended. */
  Optional<Instant> newestGood(Task task) {
    return task == Task.PHYSICAL
        ? newestClean().map(ManifestHead::stoppedAt)
        : runs(task).newestSuccess().flatMap(run -> run.ended());
  }
}
