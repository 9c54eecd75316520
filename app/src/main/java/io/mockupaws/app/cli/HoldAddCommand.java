package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.retention.DumpHolds;
import io.mockupaws.engine.retention.Hold;
import io.mockupaws.engine.retention.Holds;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds a backup. */
@Command(
    name = "add",
    description =
        "Keeps a backup, with the WAL that it needs, until the hold is removed. One that expired"
            + " and is not removed yet is back.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws hold add 20260407T120000Z-full-1a2b --reason \"before the audit\"",
      "  mockupaws hold add latest"
    })
final class HoldAddCommand implements AnsweringOperation {
  private static final Duration LEASE_WAIT = Duration.ofSeconds(40);

  private final Session session;

  @Parameters(
      paramLabel = "BACKUP",
      description = "its name, or latest, of physical backups; or a dump's name")
  private String backup = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "why, for whoever lists holds")
  private String reason = "";

  HoldAddCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      Hold hold = new Hold(session.now(), reason);
      if (DumpOptions.isDump(backup)) {
        return answer(
            open, backup, new DumpHolds(open.cluster()).add(dump(config, open), hold, LEASE_WAIT));
      }
      BackupId id =
          BackupId.isOne(backup) ? new BackupId(backup) : ShowCommand.find(open.cluster(), backup);
      return answer(open, id.value(), new Holds(open.cluster()).add(id, hold, LEASE_WAIT));
    }
  }

  private ObjectKey dump(Config config, OpenCluster open) {
    try (DumpSecrets secrets = session.dumpSecrets(config, Optional.of(open.repository()))) {
      return new LogicalCatalogue(open.cluster(), secrets)
          .written(backup)
          .orElseThrow(
              () ->
                  new Failure(
                      ErrorCode.UNKNOWN_BACKUP,
                      "cluster " + open.cluster().identity().name() + " has no dump " + backup,
                      "see which there are: mockupaws list --kind logical"));
    }
  }

  private static Answer answer(OpenCluster open, String name, Holds.Added added) {
    String held = added.made() ? " is held" : " was held already";
    return HoldsAnswer.of(
        open.cluster(), name + held + (added.back() ? ", and is back: it had expired" : ""));
  }
}
