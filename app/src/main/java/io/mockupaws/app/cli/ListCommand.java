package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.configuration.Configurations;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the backups of a cluster. */
@Command(
    name = "list",
    description = "Lists the backups, oldest first. Needs no server.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws list",
      "  mockupaws list --kind logical",
      "  mockupaws list --kind config",
      "  mockupaws list --rebuild                # backup_history anew",
      "  mockupaws list --cluster prod --output json"
    })
final class ListCommand implements AnsweringOperation {
  private final Session session;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "only those of a kind: full, incremental, logical or config")
  private Optional<Kind> kind = Optional.empty();

  @Option(
      names = "--rebuild",
      description =
          "make the rows of this cluster in the table backup_history anew from the repository, in"
              + " the database of BACKUP_HISTORY_URL, else of DATABASE_URL")
  private boolean rebuild;

  /** What can be listed alone. */
  private enum Kind {
    full,
    incremental,
    logical,
    config
  }

  ListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    Config config = session.config(problems, Need.REPOSITORY, Need.KEY);
    if (rebuild && config.history().isEmpty()) {
      problems.missing(
          "BACKUP_HISTORY_URL", "none, or not set like DATABASE_URL: where is the table?");
    }
    problems.throwIfAny();
    try (OpenCluster open = session.openCluster(config);
        DumpSecrets secrets = session.dumpSecrets(config, Optional.of(open.repository()))) {
      ClusterRepository cluster = open.cluster();
      List<ManifestHead> heads =
          isWanted(Kind.full.name()) || isWanted(Kind.incremental.name())
              ? cluster.backups().stream().filter(head -> isWanted(head.kind().word())).toList()
              : List.of();
      LogicalCatalogue.Listed dumps =
          isWanted(Kind.logical.name())
              ? new LogicalCatalogue(cluster, secrets).list()
              : new LogicalCatalogue.Listed(List.of(), List.of());
      Configurations.Listed configurations =
          isWanted(Kind.config.name())
              ? new Configurations(cluster, session.parts().clock(), session.parts().random())
                  .list()
              : new Configurations.Listed(List.of(), List.of());
      Optional<Integer> rows =
          rebuild
              ? Optional.of(new HistoryRebuilt(session, config, cluster, secrets).rows())
              : Optional.empty();
      return BackupsAnswer.of(cluster, heads, dumps, configurations, rows, session.now());
    }
  }

  private boolean isWanted(String word) {
    return kind.isEmpty() || kind.get().name().equals(word);
  }
}
