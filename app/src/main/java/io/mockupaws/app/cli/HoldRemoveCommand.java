package io.mockupaws.app.cli;

import io.mockupaws.app.config.Need;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.retention.DumpHolds;
import io.mockupaws.engine.retention.Holds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes a hold back. */
@Command(
    name = "remove",
    description =
        "Takes a hold back: the rules of retention decide again. Removes no backup itself.",
    footerHeading = "%nExamples:%n",
    footer = "  mockupaws hold remove 20260407T120000Z-full-1a2b")
final class HoldRemoveCommand implements AnsweringOperation {
  private final Session session;

  @Parameters(paramLabel = "BACKUP", description = "its name")
  private String backup = "";

  HoldRemoveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      boolean removed =
          BackupId.isOne(backup)
              ? new Holds(open.cluster()).remove(new BackupId(backup))
              : new DumpHolds(open.cluster()).remove(backup);
      if (!removed) {
        throw new Failure(
            ErrorCode.UNKNOWN_BACKUP,
            "no backup " + backup + " is held",
            "see which are: mockupaws hold list");
      }
      return HoldsAnswer.of(open.cluster(), backup + " is held no more");
    }
  }
}
