package io.mockupaws.app.cli;

import io.mockupaws.app.config.Need;
import io.mockupaws.engine.journal.Journal;
import picocli.CommandLine.Command;

/** Shows which WAL there is, and which is missing. */
@Command(
    name = "gaps",
    description =
        "Shows the WAL that the repository has, timeline by timeline, and what is missing or"
            + " damaged in between. Ends with status 3 when something is. Needs no server.",
    footerHeading = "%nExamples:%n",
    footer = {"  mockupaws wal gaps", "  mockupaws wal gaps --cluster prod --output json"})
final class WalGapsCommand implements AnsweringOperation {
  private final Session session;

  WalGapsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      return WalGapsAnswer.of(open.cluster(), new Journal(open.cluster()).settledView());
    }
  }
}
