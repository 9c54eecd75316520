package io.mockupaws.engine.configuration;

import io.mockupaws.engine.backup.ConfigurationFiles.File;
import io.mockupaws.engine.backup.ConfigurationFiles.Lack;
import io.mockupaws.engine.backup.ConfigurationPlaces;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of a cluster as it was read at one moment.
 *
 * @param system the cluster's system identifier
 * @param version {@code server_version_num}
 * @param readMode {@code direct} or {@code sql}
 * @param files by path
 * @param lacking files that could not be read
 * @param globals SQL that makes roles and tablespaces
 */
public record ClusterConfiguration(
    Instant readAt,
    long system,
    int version,
    String readMode,
    ConfigurationPlaces places,
    List<File> files,
    List<Lack> lacking,
    Globals globals) {
  /** The name under which {@link Globals#sql()} is shown and written. */
  public static final String GLOBALS = "globals.sql";

  public ClusterConfiguration {
    files = List.copyOf(files);
    lacking = List.copyOf(lacking);
  }

  /** Whether another one says the same; when and how it was read, and modes, apart. */
  boolean saysTheSame(ClusterConfiguration other) {
    return places.equals(other.places)
        && texts().equals(other.texts())
        && lackingPaths().equals(other.lackingPaths())
        && globals.equals(other.globals);
  }

  /** The file of a path. */
  public Optional<File> file(String path) {
    return files.stream().filter(file -> file.path().equals(path)).findFirst();
  }

  /** Everything as texts by name: files by absolute path, roles and tablespaces as one. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    files.forEach(file -> texts.put(file.path(), file.text()));
    texts.put(GLOBALS, globals.latin1());
    return texts;
  }

  private List<String> lackingPaths() {
    List<String> paths = new ArrayList<>();
    lacking.forEach(lack -> paths.add(lack.path()));
    return paths;
  }
}
