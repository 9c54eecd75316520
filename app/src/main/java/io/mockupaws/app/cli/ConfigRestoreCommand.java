package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.configuration.ConfigurationRestore;
import io.mockupaws.engine.configuration.Configurations;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a version of the configuration back. */
@Command(
    name = "restore",
    description = {
      "Writes the files of a version of the configuration below a directory, or back to where they"
          + " were on this host (--in-place). Roles and tablespaces become a file of SQL, readable"
          + " for you alone, which you run by psql: nothing is run by this command, and no server"
          + " is reloaded.",
      "What is replaced stays beside, as NAME.before_TIME. Where what is there is in no version,"
          + " nothing is changed unless --force is given."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws config restore latest --to-dir /srv/configuration",
      "  mockupaws config restore 20260407T120000Z-config-1a2b --in-place --dry-run",
      "  mockupaws config restore latest --in-place --globals /root/globals.sql"
    })
final class ConfigRestoreCommand implements AnsweringOperation {
  private final Session session;

  @Parameters(
      paramLabel = "VERSION",
      arity = "0..1",
      description = "a version's name (default: latest)")
  private String version = "latest";

  @Option(
      names = "--to-dir",
      paramLabel = "DIR",
      description = "write everything below this directory, each file under its whole path")
  private Optional<Path> directory = Optional.empty();

  @Option(names = "--in-place", description = "write the files to where they were on this host")
  private boolean inPlace;

  @Option(
      names = "--globals",
      paramLabel = "FILE",
      description = "--in-place: write the SQL of roles and tablespaces to this file")
  private Optional<Path> globals = Optional.empty();

  @Option(
      names = "--force",
      description = "replace files, too, whose content is in no version; they stay beside")
  private boolean force;

  @Option(names = "--dry-run", description = "show what would be written, change nothing")
  private boolean dryRun;

  ConfigRestoreCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    if (directory.isPresent() == inPlace) {
      problems.wrong("--to-dir", "say where to: either --to-dir DIR or --in-place");
    }
    if (globals.isPresent() && !inPlace) {
      problems.wrong("--globals", "is for --in-place; --to-dir writes globals.sql by itself");
    }
    Config config = session.config(problems, Need.REPOSITORY, Need.KEY);
    problems.throwIfAny();
    try (OpenCluster open = session.openCluster(config)) {
      Configurations versions =
          new Configurations(open.cluster(), session.parts().clock(), session.parts().random());
      Configurations.Version found = versions.find(version);
      ConfigurationRestore restore = new ConfigurationRestore(versions, found);
      ConfigurationRestore.Plan plan =
          directory
              .map(to -> restore.toDirectory(to.toAbsolutePath().normalize(), session.now()))
              .orElseGet(() -> restore.inPlace(globals, session.now()));
      Optional<Failure> refusal =
          force || plan.unsaved().isEmpty()
              ? Optional.empty()
              : Optional.of(ConfigurationRestore.unsaved(plan));
      if (!dryRun) {
        restore.run(plan, force);
      }
      return ConfigurationRestored.of(open.cluster(), plan, refusal, dryRun, inPlace);
    }
  }
}
