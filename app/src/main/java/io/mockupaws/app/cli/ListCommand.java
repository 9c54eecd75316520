package io.mockupaws.app.cli;

import io.mockupaws.app.config.Need;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.ManifestHead;
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
    footer = {"  mockupaws list", "  mockupaws list --cluster prod --output json"})
final class ListCommand implements AnsweringOperation {
  private final Session session;

  @Option(
      names = "--kind",
      paramLabel = "full|incremental",
      description = "only backups of this kind")
  private Optional<BackupKind> kind = Optional.empty();

  ListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      ClusterRepository cluster = open.cluster();
      List<ManifestHead> heads =
          cluster.backups().stream()
              .filter(head -> kind.isEmpty() || kind.get() == head.kind())
              .toList();
      return BackupsAnswer.of(cluster, heads, session.now());
    }
  }
}
