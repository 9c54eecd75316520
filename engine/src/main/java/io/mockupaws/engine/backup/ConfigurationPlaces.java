package io.mockupaws.engine.backup;

import io.mockupaws.engine.cluster.ServerFacts;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a cluster's configuration lies on its server's host; paths may be relative to the data
 * directory.
 *
 * @param config {@code config_file}; likewise the following
 */
public record ConfigurationPlaces(
    String dataDirectory, Optional<String> config, Optional<String> hba, Optional<String> ident) {

  /** Those of a server. */
  public static ConfigurationPlaces of(ServerFacts facts) {
    return new ConfigurationPlaces(
        facts.dataDirectory(),
        facts.setting("config_file"),
        facts.setting("hba_file"),
        facts.setting("ident_file"));
  }

  /** What {@code ALTER SYSTEM} writes. */
  public String auto() {
    return resolve("postgresql.auto.conf");
  }

  /** As an absolute path. */
  String resolve(String path) {
    return Path.of(dataDirectory).resolve(path).normalize().toString();
  }

  /** Whether an absolute path lies in the data directory. */
  boolean isInside(String path) {
    return path.startsWith(dataDirectory.endsWith("/") ? dataDirectory : dataDirectory + "/");
  }
}
