package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.LogicalBackups;
import io.mockupaws.engine.logical.LogicalPlan;
import io.mockupaws.engine.logical.LogicalProgress;
import io.mockupaws.engine.logical.LogicalResult;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.task.RunOutcome;
import io.mockupaws.engine.task.Task;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code backup --kind logical}. */
final class LogicalRun {
  private final Session session;
  private final Config config;
  private final LogicalOptions options;

  LogicalRun(Session session, Config config, LogicalOptions options) {
    this.session = session;
    this.config = config;
    this.options = options;
  }

  Answer run(boolean dryRun) {
    try (OpenCluster open = open(dryRun);
        DumpSecrets secrets = session.dumpSecrets(config, Optional.of(open.repository()))) {
      session.demandLife(config, open);
      LogicalBackups backups = backups(open, secrets);
      if (dryRun) {
        return LogicalPlanAnswer.of(open.cluster(), plan(backups));
      }
      Cancel cancel = new Cancel();
      session.parts().stop().watch(cancel::ask);
      try (ProgressLine line = session.progress()) {
        Taken taken = take(open, backups, new Phase(line)::show, cancel);
        return LogicalTaken.of(open.cluster(), taken.plan, taken.result);
      }
    }
  }

  private OpenCluster open(boolean dryRun) {
    return new UnrecordedRuns(session, config)
        .open(
            dryRun,
            Task.LOGICAL,
            options.scope(server().database()),
            () -> session.openCluster(config));
  }

  /**
   * Takes it beside other work; nobody follows it.
   *
   * @return how many dumps there are by it
   * @throws Failure of the first database that failed, once the others are there
   */
  int take(OpenCluster open, Cancel cancel) {
    session.demandLife(config, open);
    try (DumpSecrets secrets = session.dumpSecrets(config, Optional.of(open.repository()))) {
      LogicalResult result = take(open, backups(open, secrets), (_, _) -> {}, cancel).result;
      if (!result.failures().isEmpty()) {
        throw result.failures().getFirst().failure();
      }
      return result.dumps().size();
    }
  }

  private LogicalBackups backups(OpenCluster open, DumpSecrets secrets) {
    return new LogicalBackups(
        open.repository(),
        open.cluster(),
        secrets,
        session.parts().clock(),
        session.parts().random());
  }

  private record Taken(LogicalPlan plan, LogicalResult result) {
    RunOutcome outcome() {
      return new RunOutcome(
          result.dumps().stream().map(dump -> dump.key().value()).toList(),
          result.dumps().stream().mapToLong(dump -> dump.facts().size()).sum(),
          result.failures().stream().findFirst().map(LogicalResult.Failed::failure));
    }
  }

  private LogicalPlan plan(LogicalBackups backups) {
    return backups.plan(options.request(server()));
  }

  private ServerAddress server() {
    return session.parts().address(config.server().orElseThrow());
  }

  private Taken take(
      OpenCluster open, LogicalBackups backups, LogicalProgress progress, Cancel cancel) {
    return new Recorded(session, config, open)
        .run(
            Task.LOGICAL,
            options.scope(server().database()),
            () -> {
              LogicalPlan plan = plan(backups);
              return new Taken(plan, backups.take(plan, progress, cancel));
            },
            Taken::outcome);
  }

  /** One phase for each dump. */
  private static final class Phase {
    private final ProgressLine line;
    private String shown = "";

    Phase(ProgressLine line) {
      this.line = line;
    }

    void show(String what, long bytes) {
      if (!what.equals(shown)) {
        shown = what;
        line.phase("dumping " + what);
      }
      line.bytes(bytes, OptionalLong.empty());
    }
  }
}
