package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.retention.CleanupLimits;
import io.mockupaws.engine.retention.CleanupRun;
import io.mockupaws.engine.retention.Cleanups;
import io.mockupaws.engine.retention.DeleteLimit;
import io.mockupaws.engine.task.Task;
import java.util.Optional;

/** What {@code serve} does when a task is due; each run is on record. */
final class TaskWork {
  private final Session session;
  private final OpenCluster open;
  private final Cancel cancel;

  TaskWork(Session session, OpenCluster open, Cancel cancel) {
    this.session = session;
    this.open = open;
    this.cancel = cancel;
  }

  /**
   * Does it once.
   *
   * @return what came of it, in words
   * @throws io.mockupaws.core.failure.Failure as the command does
   */
  String run(Task task, Config config) {
    return switch (task) {
      case PHYSICAL -> physical(config);
      case LOGICAL -> logical(config);
      case CLEANUP -> cleanup(config);
      case CONFIG -> configuration(config);
    };
  }

  private String physical(Config config) {
    OwnBackup backup = OwnBackup.scheduled(session, config, open, cancel::isAsked);
    BackupId taken = backup.take(BackupRequest.Kind.AUTO);
    Optional<String> consolidated = backup.consolidate(taken, () -> false);
    return "backup " + taken + " was taken" + consolidated.map(text -> "; " + text).orElse("");
  }

  private String logical(Config config) {
    int dumps = new LogicalRun(session, config, new LogicalOptions()).take(open, cancel);
    return Units.count(dumps, "dump") + " of a logical backup";
  }

  private String configuration(Config config) {
    ConfigurationTaken taken = new ConfigurationRun(session, config, Optional.empty()).take(open);
    String version = taken.version().orElseThrow();
    return taken.stored()
        ? "version " + version + " of the configuration was stored"
        : "the configuration is as in version " + version;
  }

  private String cleanup(Config config) {
    CleanupLimits limits = new CleanupLimits(DeleteLimit.USUAL, /* withoutNewBackup= */ false);
    try (DumpSecrets secrets = session.dumpSecrets(config, Optional.of(open.repository()))) {
      Cleanups cleanups = CleanupWork.cleanups(config, open, secrets, Cleanups.GRACE);
      CleanupRun.Done done =
          CleanupWork.run(session, config, open, cleanups, limits, (_, _) -> !cancel.isAsked());
      return Units.count(done.objects(), "object")
          + ", "
          + Units.bytes(done.bytes())
          + " were removed by a cleanup";
    }
  }
}
