package io.mockupaws.app.cli;

import io.mockupaws.app.config.Need;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import picocli.CommandLine.Command;

/** Shows from when to when the cluster can be recovered. */
@Command(
    name = "window",
    description =
        "Shows from when to when the cluster can be recovered, the last commit, and holes. Needs"
            + " no server.",
    footerHeading = "%nExamples:%n",
    footer = {"  mockupaws window", "  mockupaws window --cluster prod --output json"})
final class WindowCommand implements AnsweringOperation {
  private final Session session;

  WindowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      Journal journal = new Journal(open.cluster());
      JournalView view = journal.settledView();
      return WindowAnswer.of(open.cluster(), journal.window(view), session.now());
    }
  }
}
