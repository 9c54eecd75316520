package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.configuration.Configurations;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.mirror.HistoryTable;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.task.RunStatus;
import io.mockupaws.engine.task.Scope;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRun;
import io.mockupaws.engine.task.TaskRuns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code backup_history} as the repository tells it: all runs on record, and the backups that are
 * there and of whose run nothing is known any more.
 */
final class HistoryRebuilt {
  private final Session session;
  private final Config config;
  private final ClusterRepository cluster;
  private final DumpSecrets secrets;

  HistoryRebuilt(Session session, Config config, ClusterRepository cluster, DumpSecrets secrets) {
    this.session = session;
    this.config = config;
    this.cluster = cluster;
    this.secrets = secrets;
  }

  /** How many there are. */
  int rows() {
    List<TaskRun> all = new ArrayList<>();
    TaskRuns runs = session.runs(cluster);
    for (Task task : Task.values()) {
      all.addAll(runs.newest(task, Integer.MAX_VALUE));
    }
    Set<String> made = new HashSet<>();
    all.forEach(run -> made.addAll(run.made()));
    for (TaskRun backup : backups()) {
      if (!made.contains(backup.id())) {
        all.add(backup);
      }
    }
    return new HistoryTable(session.parts().address(config.history().orElseThrow()))
        .rebuild(cluster.identity().name(), all);
  }

  private List<TaskRun> backups() {
    List<TaskRun> backups = new ArrayList<>();
    for (ManifestHead head : cluster.readableBackups((_, _) -> {})) {
      if (head.consolidates().isEmpty()) {
        backups.add(
            run(
                Task.PHYSICAL,
                head.id().value(),
                head.startedAt(),
                head.stoppedAt(),
                head.sealedBytes()));
      }
    }
    for (LogicalBackup dump : new LogicalCatalogue(cluster, secrets).list().backups()) {
      backups.add(
          run(
              Task.LOGICAL,
              dump.key().value(),
              dump.facts().startedAt(),
              dump.facts().finishedAt(),
              dump.facts().size()));
    }
    new Configurations(cluster, session.parts().clock(), session.parts().random())
        .list()
        .versions()
        .forEach(
            version ->
                backups.add(
                    run(
                        Task.CONFIG,
                        version.name().value(),
                        version.content().readAt(),
                        version.content().readAt(),
                        version.storedBytes())));
    return backups;
  }

  private static TaskRun run(Task task, String id, Instant started, Instant ended, long bytes) {
    return new TaskRun(
        task,
        id,
        started,
        "",
        Scope.WHOLE,
        RunStatus.SUCCESS,
        Optional.of(ended),
        List.of(id),
        bytes,
        Optional.empty());
  }
}
