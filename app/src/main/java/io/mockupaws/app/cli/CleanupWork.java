package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Keep;
import io.mockupaws.app.config.RetentionConfig;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.retention.CleanupLimits;
import io.mockupaws.engine.retention.CleanupRun;
import io.mockupaws.engine.retention.Cleanups;
import io.mockupaws.engine.retention.RetentionRules;
import io.mockupaws.engine.retention.Term;
import io.mockupaws.engine.task.RunOutcome;
import io.mockupaws.engine.task.Task;
import java.time.Duration;
import java.util.List;

/** A cleanup that is on record. */
final class CleanupWork {
  /** As long as a short backup takes; one that runs for hours is not waited for. */
  private static final Duration LEASE_WAIT = Duration.ofSeconds(40);

  private CleanupWork() {}

  static CleanupRun.Done run(
      Session session,
      Config config,
      OpenCluster open,
      Cleanups cleanups,
      CleanupLimits limits,
      CleanupRun.Progress progress) {
    CleanupRun run =
        new CleanupRun(
            open.cluster(), cleanups, limits, session.parts().clock(), session.parts().random());
    return new Recorded(session, config, open)
        .run(
            Task.CLEANUP,
            () -> run.run(LEASE_WAIT, progress),
            done -> RunOutcome.done(List.of(), done.bytes()));
  }

  /** What plans it by the configuration. */
  static Cleanups cleanups(Config config, OpenCluster open, DumpSecrets secrets, Duration grace) {
    return new Cleanups(
        open.cluster(),
        new LogicalCatalogue(open.cluster(), secrets),
        rules(config.retention()),
        grace);
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
