package io.mockupaws.engine.client;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerFacts;
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

  /** The version with which the setting {@code transaction_timeout} came. */
  private static final int TRANSACTION_TIMEOUT = 17;

  /**
   * Finds the oldest that can dump a server. {@code pg_dump} reads no server newer than itself, and
   * what it writes is not for a server older than itself.
   *
   * @param source the major version to be dumped
   * @param destination the major version to be filled
   * @throws Failure NO_CLIENT_TOOLS
   */
  public static ClientTools find(Optional<Path> given, int source, int destination) {
    List<ClientTools> found = all(given, source);
    return found.stream()
        .filter(tools -> tools.major() >= source && tools.major() <= destination)
        .min(Comparator.comparingInt(ClientTools::major))
        .orElseThrow(() -> none(found, source, destination));
  }

  /**
   * Finds the oldest that can dump a server.
   *
   * @param source the major version to be dumped
   * @throws Failure NO_CLIENT_TOOLS
   */
  public static ClientTools forDump(Optional<Path> given, int source) {
    List<ClientTools> found = all(given, source);
    return found.stream()
        .filter(tools -> tools.major() >= source && tools.has("pg_dumpall"))
        .min(Comparator.comparingInt(ClientTools::major))
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.NO_CLIENT_TOOLS,
                    "the client programs pg_dump, pg_dumpall, pg_restore and psql of PostgreSQL "
                        + source
                        + " or newer are not on this host"
                        + others(found)
                        + ": pg_dump reads no server newer than itself",
                    "install PostgreSQL's client package (Debian: postgresql-client-"
                        + source
                        + ") or name its directory with --pg-bin; nothing was begun"));
  }

  /**
   * Finds the oldest whose {@code pg_restore} reads what a {@code pg_dump} wrote.
   *
   * @param dump the major version of that {@code pg_dump}
   * @throws Failure NO_CLIENT_TOOLS
   */
  public static ClientTools forReading(Optional<Path> given, int dump) {
    List<ClientTools> found = all(given, dump);
    return found.stream()
        .filter(tools -> tools.major() >= dump)
        .min(Comparator.comparingInt(ClientTools::major))
        .orElseThrow(() -> none(found, dump, dump));
  }

  /**
   * Finds the newest: it reads what all of them wrote.
   *
   * @throws Failure NO_CLIENT_TOOLS
   */
  public static ClientTools newest(Optional<Path> given) {
    List<ClientTools> found = all(given, ServerFacts.OLDEST_MAJOR);
    return found.stream()
        .max(Comparator.comparingInt(ClientTools::major))
        .orElseThrow(() -> none(found, ServerFacts.OLDEST_MAJOR, ServerFacts.OLDEST_MAJOR + NEWER));
  }

  /**
   * Whether what programs of one version write does not go into an older server: since 17 {@code
   * pg_restore} begins with a setting that older ones refuse ({@code _doSetFixedOutputState},
   * {@code pg_backup_archiver.c}), and older ones do not read their archives.
   */
  public static boolean writesForNewerAlone(int programs, int server) {
    return programs >= TRANSACTION_TIMEOUT && server < TRANSACTION_TIMEOUT;
  }

  private static List<ClientTools> all(Optional<Path> given, int major) {
    return places(given, major).stream().map(ClientTools::at).flatMap(Optional::stream).toList();
  }

  private boolean has(String name) {
    return Files.isExecutable(directory.resolve(name));
  }

  private static String others(List<ClientTools> found) {
    List<String> others = new ArrayList<>();
    found.forEach(tools -> others.add(tools.version + " in " + tools.directory));
    return others.isEmpty() ? "" : "; found " + String.join(", ", others);
  }

  private static Failure none(List<ClientTools> found, int source, int destination) {
    String range = source == destination ? "" + source : source + " to " + destination;
    return new Failure(
        ErrorCode.NO_CLIENT_TOOLS,
        "the client programs pg_dump, pg_restore and psql of PostgreSQL "
            + range
            + " are not on this host"
            + others(found),
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
  public int major() {
    return majorOf(version);
  }

  /** 15 for 15.18, 0 for what is no version. */
  public static int majorOf(String version) {
    Matcher digits = Pattern.compile("[0-9]+").matcher(version);
    return digits.lookingAt() ? Integer.parseInt(digits.group()) : 0;
  }

  String program(String name) {
    return directory.resolve(name).toString();
  }
}
