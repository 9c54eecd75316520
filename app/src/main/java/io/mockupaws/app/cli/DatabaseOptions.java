package io.mockupaws.app.cli;

import io.mockupaws.app.config.Problems;
import io.mockupaws.engine.database.Omissions;
import io.mockupaws.engine.database.Way;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of a restore into a database. */
final class DatabaseOptions {
  @Option(
      names = "--to-database",
      paramLabel = "URL",
      description =
          "where to: one database of a server that runs, postgresql://user@host/name;"
              + " '$${VARIABLE}' in single quotes is taken from the environment, so that no"
              + " password stands in the process list")
  Optional<String> url = Optional.empty();

  @Option(
      names = "--database",
      paramLabel = "D",
      description = "which database of the cluster (default: that of the URL)")
  Optional<String> source = Optional.empty();

  @Option(
      names = "--replace",
      description = "restore beside the database that is there, swap names, keep the old one")
  private boolean replace;

  @Option(
      names = "--disposable",
      description = "drop the database that is there before it is restored")
  private boolean disposable;

  @Option(names = "--disconnect", description = "end connections that hold the database")
  boolean disconnect;

  @Option(names = "--no-owner", description = "all belongs to whoever connects")
  private boolean noOwner;

  @Option(names = "--no-privileges", description = "restore no GRANT")
  private boolean noPrivileges;

  @Option(names = "--no-tablespaces", description = "all lies in the default tablespace")
  private boolean noTablespaces;

  @Option(
      names = "--temp-dir",
      paramLabel = "DIR",
      description =
          "where the scratch server, or WAL of --wal-source, lies meanwhile (default: $TMPDIR,"
              + " /tmp)")
  private Optional<Path> temporary = Optional.empty();

  /** What an address with a password in it gives away. */
  Optional<String> passwordWarning() {
    return url.filter(InitCommand::holdsPassword)
        .map(
            _ ->
                "every user of this host can read the password in the process list: write"
                    + " --to-database '${DATABASE_URL}', in single quotes");
  }

  boolean isChosen() {
    return url.isPresent();
  }

  Way way() {
    if (replace) {
      return Way.REPLACE;
    }
    return disposable ? Way.DISPOSABLE : Way.EMPTY;
  }

  Omissions omissions() {
    return new Omissions(noOwner, noPrivileges, noTablespaces);
  }

  Path temporaryFolder() {
    return temporary.orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * Exactly one destination, and no option that means nothing for it.
   *
   * @param directory whether a directory is named, by itself or as the server's own
   * @param walSource whether WAL of another place comes into the temporary folder
   */
  void check(boolean directory, boolean walSource, Problems problems) {
    if (directory && isChosen()) {
      problems.wrong(
          "--to-database", "means nothing beside --to-dir or --in-place: one destination");
    }
    if (!directory && !isChosen()) {
      problems.missing("--to-dir, --in-place or --to-database", "not given: where to?");
    }
    if (replace && disposable) {
      problems.wrong(
          "--disposable", "means nothing beside --replace: keep the old one, or drop it");
    }
    if (disconnect && !replace && !disposable) {
      problems.wrong("--disconnect", "means nothing without --replace or --disposable");
    }
    boolean any =
        replace
            || disposable
            || noOwner
            || noPrivileges
            || noTablespaces
            || source.isPresent()
            || (temporary.isPresent() && !walSource);
    if (directory && any) {
      problems.wrong(
          "--to-dir",
          "goes without --database, --replace, --disposable, --no-owner, --no-privileges,"
              + " --no-tablespaces and --temp-dir: these are for --to-database");
    }
  }
}
