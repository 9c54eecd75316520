package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Keep;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.RetentionConfig;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.retention.CleanupPlan;
import io.mockupaws.engine.retention.Cleanups;
import io.mockupaws.engine.retention.RetentionRules;
import io.mockupaws.engine.retention.Term;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plans what retention would remove. */
@Command(
    name = "cleanup",
    description = {
      "Shows what retention would remove, each object with its reason, and what could no longer be"
          + " recovered: backups that no rule keeps, packs that no manifest needs, and WAL before"
          + " the window that no kept backup needs. Reads only, needs no server.",
      "This release plans and removes nothing: without --dry-run it refuses."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws cleanup --dry-run",
      "  BACKUP_RETENTION_DAYS=14 mockupaws cleanup --dry-run --output json"
    })
final class CleanupCommand implements AnsweringOperation {
  private final Session session;

  @Option(names = "--dry-run", description = "show what would go and why, change nothing")
  private boolean dryRun;

  CleanupCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    if (!dryRun) {
      throw new Failure(
          ErrorCode.ONLY_PLANNED,
          "this release plans a cleanup and removes nothing",
          "see what would go, and why, with: mockupaws cleanup --dry-run");
    }
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      Instant begin = session.now();
      CleanupPlan plan = new Cleanups(open.cluster(), rules(config.retention()), begin).plan();
      Duration took = Duration.between(begin, session.now());
      return CleanupAnswer.of(open.cluster(), plan, took);
    }
  }

  private static RetentionRules rules(RetentionConfig config) {
    return new RetentionRules(
        term(config.daily()),
        term(config.weekly()),
        term(config.monthly()),
        term(config.yearly()),
        term(config.wal()),
        config.minimum());
  }

  private static Term term(Keep keep) {
    return new Term(keep.amount(), keep.unit());
  }
}
