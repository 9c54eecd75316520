package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import picocli.CommandLine.Command;

/** Shows whether the cluster is protected now. */
@Command(
    name = "status",
    description = {
      "Shows whether the cluster is protected now: how far the repository is behind the server, in"
          + " bytes and milliseconds, the restorable window, the last backups, how long a recovery"
          + " would take and the last one took, the slot, who is at work. Ends with status 3 when"
          + " an objective is missed.",
      "Without a reachable server it shows what the repository knows."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  mockupaws status", "  mockupaws status --output json"})
final class StatusCommand implements AnsweringOperation {
  private final Session session;

  StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      return new StatusLook(session, config, open).look();
    }
  }
}
