package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.engine.configuration.Configurations;
import io.mockupaws.engine.configuration.GitTree;
import io.mockupaws.engine.task.RunOutcome;
import io.mockupaws.engine.task.Scope;
import io.mockupaws.engine.task.Task;
import java.nio.file.Path;
import java.util.Optional;

/** {@code backup --kind config}. */
final class ConfigurationRun {
  private final Session session;
  private final Config config;
  private final Optional<Path> git;

  ConfigurationRun(Session session, Config config, Optional<Path> git) {
    this.session = session;
    this.config = config;
    this.git = git;
  }

  Answer run(boolean dryRun) {
    try (OpenCluster open =
        new UnrecordedRuns(session, config)
            .open(dryRun, Task.CONFIG, Scope.WHOLE, () -> session.openCluster(config))) {
      Optional<GitTree> tree =
          git.map(directory -> GitTree.at(directory, open.cluster().identity().name()));
      session.demandLife(config, open);
      return dryRun
          ? ConfigurationTaken.of(open.cluster(), take(open, true), Optional.empty(), true)
          : recorded(open, tree);
    }
  }

  /** Takes one of a cluster that is open, and records the run. */
  ConfigurationTaken take(OpenCluster open) {
    session.demandLife(config, open);
    return recorded(open, Optional.empty());
  }

  private ConfigurationTaken recorded(OpenCluster open, Optional<GitTree> tree) {
    return new Recorded(session, config, open)
        .run(
            Task.CONFIG,
            () -> taken(open, tree),
            answer -> RunOutcome.done(answer.version().stream().toList(), answer.storedBytes()));
  }

  private Configurations.Taken take(OpenCluster open, boolean dryRun) {
    return new Configurations(open.cluster(), session.parts().clock(), session.parts().random())
        .take(session.parts().address(config.server().orElseThrow()), dryRun);
  }

  private ConfigurationTaken taken(OpenCluster open, Optional<GitTree> tree) {
    Configurations.Taken taken = take(open, false);
    Optional<GitTree.Committed> committed =
        tree.map(one -> one.commit(taken.content(), taken.version().orElseThrow().value()));
    return ConfigurationTaken.of(open.cluster(), taken, committed, false);
  }
}
