package io.mockupaws.app.cli;

import io.mockupaws.app.config.Need;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import picocli.CommandLine.Command;

/** Shows the branches of a cluster's history. */
@Command(
    name = "timelines",
    description =
        "Draws the tree of the cluster's timelines: where and when each left its parent, what can"
            + " be recovered on the way to it, its last commit, and holes. Needs no server.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws timelines",
      "  mockupaws timelines --cluster prod --output json",
      "  mockupaws restore --to-dir /srv/pg --timeline 2"
    })
final class TimelinesCommand implements AnsweringOperation {
  private final Session session;

  TimelinesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      Journal journal = new Journal(open.cluster());
      JournalView view = journal.settledView();
      return TimelinesAnswer.of(open.cluster(), journal.timelines(view), view.latestTimeline());
    }
  }
}
