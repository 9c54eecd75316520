package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.restore.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's client programs of one version on this host.
 *
 * @param directory where {@code pg_dump}, {@code pg_restore} and {@code psql} lie
 * @param version as {@code pg_dump} tells it, for example {@code 15.18}
 */
public record ClientTools(Path directory, String version) {
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (([0-9]+)[^ ]*)");
  private static final List<String> PROGRAMS = List.of("pg_dump", "pg_restore", "psql");

  /** Versions behind the source's that are looked for in the places of packages. */
  private static final int NEWER = 10;

  /**
   * Finds the oldest that can dump a server. {@code pg_dump} reads no server newer than itself, and
   * what it writes is not for a server older than itself.
   *
   * @param source the major version to be dumped
   * @param destination the major version to be filled
   * @throws Failure NO_CLIENT_TOOLS
   */
  static ClientTools find(Optional<Path> given, int source, int destination) {
    List<ClientTools> found =
        places(given, source).stream().map(ClientTools::at).flatMap(Optional::stream).toList();
    return found.stream()
        .filter(tools -> tools.major() >= source && tools.major() <= destination)
        .min(Comparator.comparingInt(ClientTools::major))
        .orElseThrow(() -> none(found, source, destination));
  }

  private static Failure none(List<ClientTools> found, int source, int destination) {
    List<String> others = new ArrayList<>();
    found.forEach(tools -> others.add(tools.version + " in " + tools.directory));
    String range = source == destination ? "" + source : source + " to " + destination;
    return new Failure(
        ErrorCode.NO_CLIENT_TOOLS,
        "the client programs pg_dump, pg_restore and psql of PostgreSQL "
            + range
            + " are not on this host"
            + (others.isEmpty() ? "" : "; found " + String.join(", ", others)),
        "install PostgreSQL's client package (Debian: postgresql-client-"
            + source
            + "), name its directory with --pg-bin, or restore the cluster with --to-dir");
  }

  private static Set<Path> places(Optional<Path> given, int source) {
    Set<Path> places = new LinkedHashSet<>();
    given.ifPresent(places::add);
    for (int major = source; major <= source + NEWER; major++) {
      places.add(Path.of("/usr/lib/postgresql", Integer.toString(major), "bin"));
      places.add(Path.of("/usr/pgsql-" + major, "bin"));
      places.add(Path.of("/usr/libexec/postgresql" + major));
    }
    places.add(Path.of("/usr/local/pgsql/bin"));
    Commands.find("pg_dump")
        .flatMap(program -> Optional.ofNullable(program.getParent()))
        .ifPresent(places::add);
    return places;
  }

  private static Optional<ClientTools> at(Path directory) {
    if (!PROGRAMS.stream().map(directory::resolve).allMatch(Files::isExecutable)) {
      return Optional.empty();
    }
    String said =
        Commands.run(List.of(directory.resolve("pg_dump").toString(), "--version")).output();
    Matcher matcher = VERSION.matcher(said);
    return matcher.find()
        ? Optional.of(new ClientTools(directory.toAbsolutePath(), matcher.group(1)))
        : Optional.empty();
  }

  /** 15 for 15.18. */
  int major() {
    Matcher digits = Pattern.compile("[0-9]+").matcher(version);
    return digits.lookingAt() ? Integer.parseInt(digits.group()) : 0;
  }

  String program(String name) {
    return directory.resolve(name).toString();
  }
}
