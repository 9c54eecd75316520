package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's programs of one major version on this host.
 *
 * @param directory where {@code postgres} lies
 * @param version as the program tells it, for example {@code 15.18}
 */
public record ServerBinaries(Path directory, String version) {
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (([0-9]+)[^ ]*)");

  /**
   * Finds them: in the directory given, on the search path, where Debian, Red Hat and PostgreSQL's
   * own build put them.
   *
   * @throws Failure NO_BINARIES when there are none of that major version
   */
  public static ServerBinaries find(Optional<Path> given, int major) {
    List<String> others = new ArrayList<>();
    for (Path directory : given.map(ServerBinaries::directoryOf).orElseGet(() -> places(major))) {
      Optional<ServerBinaries> found = at(directory);
      if (found.isPresent() && found.get().major() == major) {
        return found.get();
      }
      found.ifPresent(other -> others.add(other.version() + " in " + other.directory()));
    }
    throw new Failure(
        ErrorCode.NO_BINARIES,
        "no PostgreSQL "
            + major
            + " on this host, the major version the data needs"
            + (others.isEmpty() ? "" : "; found " + String.join(", ", others)),
        "install PostgreSQL " + major + ", or name its directory with --pg-bin");
  }

  private static Set<Path> directoryOf(Path given) {
    return Set.of(Files.isDirectory(given) ? given : LocalFiles.parent(given));
  }

  private static Set<Path> places(int major) {
    Set<Path> places = new LinkedHashSet<>();
    Commands.find("postgres").map(LocalFiles::parent).ifPresent(places::add);
    places.add(Path.of("/usr/lib/postgresql", Integer.toString(major), "bin"));
    places.add(Path.of("/usr/pgsql-" + major, "bin"));
    places.add(Path.of("/usr/libexec/postgresql" + major));
    places.add(Path.of("/usr/local/pgsql/bin"));
    return places;
  }

  private static Optional<ServerBinaries> at(Path directory) {
    Path program = directory.resolve("postgres");
    if (!Files.isExecutable(program)) {
      return Optional.empty();
    }
    String said = Commands.run(List.of(program.toString(), "--version")).output();
    Matcher matcher = VERSION.matcher(said);
    return matcher.find()
        ? Optional.of(new ServerBinaries(directory.toAbsolutePath(), matcher.group(1)))
        : Optional.empty();
  }

  /** 15 for 15.18. */
  public int major() {
    Matcher digits = Pattern.compile("[0-9]+").matcher(version);
    return digits.lookingAt() ? Integer.parseInt(digits.group()) : 0;
  }

  Path postgres() {
    return directory.resolve("postgres");
  }

  /** Whether a library is where this server looks for it. */
  boolean hasLibrary(String name) {
    Path root = LocalFiles.parent(directory);
    return List.of("lib", "lib/postgresql", "lib64", "lib64/pgsql", "lib64/postgresql").stream()
        .map(place -> root.resolve(place).resolve(name + ".so"))
        .anyMatch(Files::exists);
  }
}
