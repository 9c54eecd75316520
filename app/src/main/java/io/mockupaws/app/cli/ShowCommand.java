package io.mockupaws.app.cli;

import io.mockupaws.app.config.Need;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows everything about one backup. */
@Command(
    name = "show",
    description = "Shows one backup: where from, how large, what it needs. Needs no server.",
    footerHeading = "%nExamples:%n",
    footer = {"  mockupaws show latest", "  mockupaws show 20260407T120000Z-full-1a2b"})
final class ShowCommand implements AnsweringOperation {
  private final Session session;

  @Parameters(
      paramLabel = "BACKUP",
      arity = "0..1",
      description = "a backup's name (default: latest)")
  private String backup = "latest";

  ShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      BackupId id = find(open.cluster(), backup);
      return BackupAnswer.of(open.cluster(), open.cluster().manifest(id).head(), session.now());
    }
  }

  /**
   * The backup of that name.
   *
   * @throws Failure UNKNOWN_BACKUP, NO_BACKUP
   */
  static BackupId find(ClusterRepository cluster, String name) {
    List<BackupId> ids = cluster.backupIds();
    if (ids.isEmpty()) {
      throw new Failure(
          ErrorCode.NO_BACKUP,
          "cluster " + cluster.identity().name() + " has no backup yet",
          "take one: mockupaws backup");
    }
    if (name.equals("latest")) {
      return cluster.newestBackup().orElse(ids.getLast());
    }
    if (BackupId.isOne(name)) {
      cluster.demandNotExpired(new BackupId(name));
    }
    return ids.stream()
        .filter(id -> id.value().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.UNKNOWN_BACKUP,
                    "cluster " + cluster.identity().name() + " has no backup " + name,
                    "see which there are: mockupaws list"));
  }
}
