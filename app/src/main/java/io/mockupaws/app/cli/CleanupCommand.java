package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.retention.CleanupLimits;
import io.mockupaws.engine.retention.CleanupLog;
import io.mockupaws.engine.retention.CleanupPlan;
import io.mockupaws.engine.retention.CleanupRun;
import io.mockupaws.engine.retention.Cleanups;
import io.mockupaws.engine.retention.DeleteLimit;
import io.mockupaws.engine.task.Scope;
import io.mockupaws.engine.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes what no rule of retention keeps. */
@Command(
    name = "cleanup",
    description = {
      "Removes what no rule of retention keeps: backups, dumps, packs that no backup needs, and WAL"
          + " before the window that no kept backup needs. Needs no server. Each object's reason,"
          + " and what could no longer be recovered, is shown by --dry-run.",
      "A backup expires first: it is listed and used no more, but stays whole for 20 hours"
          + " (--grace) and can be brought back by: mockupaws hold add BACKUP. A later cleanup"
          + " removes it.",
      "It refuses, and changes nothing, where more than a quarter of the backups would expire"
          + " (--max-delete), where backups would expire and none was taken since the last cleanup"
          + " (--without-new-backup), and where the clocks of the store and of this host differ by"
          + " more than a day."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws cleanup --dry-run",
      "  mockupaws cleanup",
      "  mockupaws cleanup --max-delete 50%%",
      "  BACKUP_RETENTION_DAYS=14 mockupaws cleanup --dry-run --output json"
    })
final class CleanupCommand implements AnsweringOperation {
  private final Session session;

  @Option(names = "--dry-run", description = "show what would go and why, change nothing")
  private boolean dryRun;

  @Option(
      names = "--max-delete",
      paramLabel = "SHARE",
      description = "at most so many backups may expire at once: 25%% (default), or a number")
  private DeleteLimit most = DeleteLimit.USUAL;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description =
          "how long a backup that expired stays whole, such as 20h (default), 3d, or 0: what"
              + " expires goes at once, and whoever restores it breaks off")
  private Duration grace = Cleanups.GRACE;

  @Option(
      names = "--without-new-backup",
      description = "let backups expire although none was taken since the last cleanup")
  private boolean withoutNewBackup;

  CleanupCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    CleanupLimits limits = new CleanupLimits(most, withoutNewBackup);
    try (OpenCluster open = open(config);
        DumpSecrets secrets = session.dumpSecrets(config, Optional.of(open.repository()))) {
      Cleanups cleanups = CleanupWork.cleanups(config, open, secrets, grace);
      return dryRun ? planned(open, cleanups, limits) : done(config, open, cleanups, limits);
    }
  }

  private OpenCluster open(Config config) {
    return new UnrecordedRuns(session, config)
        .open(dryRun, Task.CLEANUP, Scope.WHOLE, () -> session.openCluster(config));
  }

  private Answer planned(OpenCluster open, Cleanups cleanups, CleanupLimits limits) {
    Instant begin = session.now();
    CleanupPlan plan = cleanups.plan(begin);
    Optional<Failure> refusal = limits.refusal(plan, new CleanupLog(open.cluster()).last());
    Duration took = Duration.between(begin, session.now());
    return CleanupAnswer.planned(open.cluster(), plan, refusal, took);
  }

  private Answer done(Config config, OpenCluster open, Cleanups cleanups, CleanupLimits limits) {
    AtomicBoolean cancelled = new AtomicBoolean();
    session.parts().stop().watch(() -> cancelled.set(true));
    Instant begin = session.now();
    try (ProgressLine line = session.progress()) {
      line.phase("planning");
      CleanupRun.Done done =
          CleanupWork.run(session, config, open, cleanups, limits, progress(line, cancelled));
      Duration took = Duration.between(begin, session.now());
      return CleanupAnswer.done(open.cluster(), done, took);
    }
  }

  private static CleanupRun.Progress progress(ProgressLine line, AtomicBoolean cancelled) {
    return new CleanupRun.Progress() {
      @Override
      public boolean removed(long objects, long of) {
        line.phase("removing", ": " + objects + " of " + Units.count(of, "object"));
        return !cancelled.get();
      }

      @Override
      public boolean moving(long objects, long of) {
        line.phase("moving", ": " + objects + " of " + Units.count(of, "object"));
        return !cancelled.get();
      }
    };
  }
}
