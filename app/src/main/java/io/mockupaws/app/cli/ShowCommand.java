package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.configuration.Configurations;
import io.mockupaws.engine.configuration.VersionName;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.List;
import java.util.Optional;
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
      description =
          "the name of a backup, a dump or a version of the configuration (default: latest, of"
              + " physical backups)")
  private String backup = "latest";

  ShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      if (DumpOptions.isDump(backup)) {
        return dump(config, open);
      }
      if (VersionName.isOne(backup)) {
        return ConfigurationShown.of(
            open.cluster(),
            new Configurations(open.cluster(), session.parts().clock(), session.parts().random())
                .find(backup),
            session.now());
      }
      BackupId id = find(open.cluster(), backup);
      return BackupAnswer.of(open.cluster(), open.cluster().manifest(id).head(), session.now());
    }
  }

  private Answer dump(Config config, OpenCluster open) {
    try (DumpSecrets secrets = session.dumpSecrets(config, Optional.of(open.repository()))) {
      LogicalCatalogue catalogue = new LogicalCatalogue(open.cluster(), secrets);
      catalogue.find(backup);
      return catalogue.list().backups().stream()
          .filter(one -> one.name().equals(backup))
          .findFirst()
          .map(one -> DumpShown.of(open.cluster(), one, session.now()))
          .orElseThrow(
              () ->
                  new Failure(
                      ErrorCode.UNKNOWN_BACKUP,
                      "cluster "
                          + open.cluster().identity().name()
                          + " has no whole dump "
                          + backup,
                      "see which there are: mockupaws list --kind logical"));
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
