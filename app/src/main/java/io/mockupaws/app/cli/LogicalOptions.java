package io.mockupaws.app.cli;

import io.mockupaws.app.config.Problems;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.logical.Filters;
import io.mockupaws.engine.logical.LogicalRequest;
import io.mockupaws.engine.task.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of a logical backup. */
final class LogicalOptions {
  @Option(
      names = "--database",
      paramLabel = "D",
      description =
          "--kind logical: which database; again for several (default: that of DATABASE_URL)")
  private List<String> databases = List.of();

  @Option(
      names = "--all-databases",
      description = "--kind logical: every database that takes connections, templates apart")
  private boolean all;

  @Option(
      names = "--schema",
      paramLabel = "P",
      description = "--kind logical: only these schemas; a pattern of pg_dump's, again for several")
  private List<String> schemas = List.of();

  @Option(
      names = "--exclude-schema",
      paramLabel = "P",
      description = "--kind logical: not these schemas")
  private List<String> excludedSchemas = List.of();

  @Option(
      names = "--table",
      paramLabel = "P",
      description = "--kind logical: only these tables; a pattern of pg_dump's, again for several")
  private List<String> tables = List.of();

  @Option(
      names = "--exclude-table",
      paramLabel = "P",
      description = "--kind logical: not these tables")
  private List<String> excludedTables = List.of();

  @Option(
      names = "--exclude-table-data",
      paramLabel = "P",
      description = "--kind logical: these tables without their rows")
  private List<String> excludedData = List.of();

  @Option(
      names = "--pg-bin",
      paramLabel = "DIR",
      description = "--kind logical: PostgreSQL's client programs (default: the usual places)")
  private Optional<Path> binaries = Optional.empty();

  private Filters filters() {
    return new Filters(schemas, excludedSchemas, tables, excludedTables, excludedData);
  }

  /** Whether any was given. */
  private boolean any() {
    return !databases.isEmpty() || all || !filters().isNone() || binaries.isPresent();
  }

  /** What cannot be meant. */
  void check(boolean logical, Problems problems) {
    if (!logical && any()) {
      problems.wrong(
          "--kind",
          "a physical backup holds the whole cluster: --database, --all-databases, --schema,"
              + " --table, their exclusions and --pg-bin are for --kind logical");
    }
    if (all && !databases.isEmpty()) {
      problems.wrong("--database", "means nothing beside --all-databases");
    }
  }

  /**
   * How much it is of what is promised: the database of {@code DATABASE_URL}, or all of them.
   *
   * @param usual the database of {@code DATABASE_URL}
   */
  Scope scope(String usual) {
    boolean withUsual = all || databases.isEmpty() || databases.contains(usual);
    return withUsual && filters().isNone() ? Scope.WHOLE : Scope.PART;
  }

  LogicalRequest request(ServerAddress server) {
    return new LogicalRequest(server, databases, all, filters(), binaries);
  }
}
