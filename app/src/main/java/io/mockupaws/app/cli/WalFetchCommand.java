package io.mockupaws.app.cli;

import io.mockupaws.app.config.Need;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.journal.ArchiveFiles;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives one file to {@code restore_command}. */
@Command(
    name = "fetch",
    description = {
      "Writes a WAL segment or a history file to a path, for restore_command. The segment that is"
          + " still growing comes with its whole records, filled up with zeros.",
      "Ends with status 1 only when the file is not there for sure, since PostgreSQL then ends its"
          + " recovery and promotes. Every error, a wrong setting or a hole in the WAL too, ends"
          + " with a status above 125: PostgreSQL stops and can be started again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  restore_command = '/opt/mockupaws/mockupaws wal fetch %%f %%p'",
      "  mockupaws wal fetch 000000010000000000000005 /tmp/segment"
    })
final class WalFetchCommand implements Operation {
  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "the file, %%f of restore_command")
  private String name = "";

  @Parameters(index = "1", paramLabel = "PATH", description = "where to, %%p of restore_command")
  private Path path = Path.of("");

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "a folder of this recovery's own for the segments that follow, fetched ahead; the"
              + " launcher gives it and takes them from there")
  private Optional<Path> cache = Optional.empty();

  WalFetchCommand(Session session) {
    this.session = session;
  }

  @Override
  public int execute(Screen screen, OutputFormat format) {
    if (format == OutputFormat.json) {
      throw new Failure(
          ErrorCode.USAGE, "wal fetch has no JSON answer", "Leave out --output json.");
    }
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      boolean there = new ArchiveFiles(open.cluster()).fetch(name, path.toAbsolutePath(), cache);
      if (!there) {
        screen.say(name + " is not in the repository, and nothing of what follows");
      }
      return there ? ExitStatus.DONE : ExitStatus.NOT_THERE;
    }
  }
}
