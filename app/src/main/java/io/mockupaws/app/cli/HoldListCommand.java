package io.mockupaws.app.cli;

import io.mockupaws.app.config.Need;
import picocli.CommandLine.Command;

/** Lists the holds. */
@Command(
    name = "list",
    description =
        "Lists the backups that are held, and those that expired and can be brought back.",
    footerHeading = "%nExamples:%n",
    footer = {"  mockupaws hold list", "  mockupaws hold list --output json"})
final class HoldListCommand implements AnsweringOperation {
  private final Session session;

  HoldListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      return HoldsAnswer.of(open.cluster(), "");
    }
  }
}
