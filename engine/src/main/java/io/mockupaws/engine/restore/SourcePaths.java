package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where files of the source go in the target. What lay in the data directory keeps its place. Files
 * outside it come inside: the main configuration file and the two for authentication under the
 * names PostgreSQL looks for by itself, what lay beside the main file beside it, the rest under
 * {@code external/} with its whole path. So a copy never needs, and never reads, a path of the
 * source.
 */
final class SourcePaths {
  static final String MAIN = "postgresql.conf";
  static final String AUTO = "postgresql.auto.conf";

  private static final String ELSEWHERE = "external/";

  /** What a stale file of the data directory is called when one from outside takes its name. */
  private static final String UNUSED = ".unused";

  private final Path dataDirectory;
  private final Path configDirectory;
  private final Path mainFile;
  private final Set<String> topLevel;
  private final Map<Path, String> wellKnown = new LinkedHashMap<>();
  private final Map<String, Path> takenBy = new HashMap<>();

  /**
   * The places for one source.
   *
   * @param dataDirectory the source's, absolute
   * @param settings {@code config_file}, {@code hba_file}, {@code ident_file} where known
   * @param topLevel names directly in the data directory
   */
  SourcePaths(String dataDirectory, Map<String, String> settings, Set<String> topLevel) {
    this.dataDirectory = Path.of(dataDirectory).normalize();
    this.topLevel = Set.copyOf(topLevel);
    this.mainFile = known(settings, "config_file", MAIN);
    this.configDirectory = LocalFiles.parent(mainFile);
    known(settings, "hba_file", "pg_hba.conf");
    known(settings, "ident_file", "pg_ident.conf");
    wellKnown.forEach((path, name) -> takenBy.put(name, path));
  }

  private Path known(Map<String, String> settings, String setting, String name) {
    Path path =
        dataDirectory.resolve(Optional.ofNullable(settings.get(setting)).orElse(name)).normalize();
    wellKnown.put(path, name);
    return path;
  }

  /** The main configuration file on the source. */
  Path mainFile() {
    return mainFile;
  }

  Path dataDirectory() {
    return dataDirectory;
  }

  /** Where a file of the data directory goes, relative to the target. */
  String ofData(String relative) {
    Path onSource = dataDirectory.resolve(requireInside(relative)).normalize();
    String name = wellKnown.get(onSource);
    if (name != null) {
      return name;
    }
    return takenBy.containsKey(relative) ? relative + UNUSED : relative;
  }

  /** Where a file or directory outside the data directory goes, relative to the target. */
  String ofExternal(String absolute) {
    Path onSource = Path.of(absolute).normalize();
    if (!onSource.isAbsolute()) {
      throw outside(absolute);
    }
    if (onSource.startsWith(dataDirectory)) {
      return ofData(dataDirectory.relativize(onSource).toString());
    }
    String name = wellKnown.get(onSource);
    if (name != null) {
      return name;
    }
    if (onSource.startsWith(configDirectory) && !onSource.equals(configDirectory)) {
      Path relative = configDirectory.relativize(onSource);
      String top = relative.getName(0).toString();
      if (!topLevel.contains(top) && !takenBy.containsKey(relative.toString())) {
        return relative.toString();
      }
    }
    return ELSEWHERE + absolute(onSource);
  }

  private static String absolute(Path path) {
    return path.toString().substring(1);
  }

  private static String requireInside(String relative) {
    Path path = Path.of(relative);
    boolean inside =
        !relative.isEmpty()
            && !path.isAbsolute()
            && path.equals(path.normalize())
            && !path.startsWith("..");
    if (!inside) {
      throw outside(relative);
    }
    return relative;
  }

  private static Failure outside(String path) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "the manifest names a path that would lie outside the target: " + path,
        "do not use this backup");
  }
}
