package io.mockupaws.app.cli;

import io.mockupaws.app.config.Need;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.retention.Hold;
import io.mockupaws.engine.retention.Holds;
import java.time.Duration;
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

  @Parameters(paramLabel = "BACKUP", description = "its name, or latest")
  private String backup = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "why, for whoever lists holds")
  private String reason = "";

  HoldAddCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      BackupId id =
          BackupId.isOne(backup) ? new BackupId(backup) : ShowCommand.find(open.cluster(), backup);
      Holds.Added added =
          new Holds(open.cluster()).add(new Hold(id, session.now(), reason), LEASE_WAIT);
      String held = added.made() ? " is held" : " was held already";
      return HoldsAnswer.of(
          open.cluster(), id + held + (added.back() ? ", and is back: it had expired" : ""));
    }
  }
}
