package io.mockupaws.app.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which address the chosen cluster's server has.
 *
 * <p>The environment's address counts over the file's, but where the file names several clusters
 * each keeps its own: one variable would point them all at one server.
 */
final class ServerChoice {
  /** {@code user:password@}, or libpq's parameter. */
  private static final Pattern PASSWORD =
      Pattern.compile("://[^/@?]*:[^/@?]+@|[?&](password|sslpassword)=[^&]+");

  private final Map<String, String> environment;
  private final ConfigFile file;
  private final Problems problems;

  ServerChoice(Map<String, String> environment, ConfigFile file, Problems problems) {
    this.environment = environment;
    this.file = file;
    this.problems = problems;
  }

  /**
   * The address.
   *
   * @param needed whether it is a mistake when there is none
   */
  Optional<ServerUrl> choose(Optional<String> cluster, boolean needed) {
    refusePasswords();
    Problems found = needed ? problems : new Problems();
    Layers layers = new Layers(environment, file, found);
    Optional<ServerUrl> variable =
        layers
            .variable(Settings.CLUSTER_URL.variables())
            .flatMap(text -> layers.parse(Settings.CLUSTER_URL, text))
            .map(ServerUrl::new);
    Set<String> clusters = file.clusters();
    if (variable.isPresent() && clusters.size() <= 1) {
      return variable;
    }
    boolean inFile = cluster.filter(name -> !file.at(urlPath(name)).isEmpty()).isPresent();
    Optional<ServerUrl> own =
        cluster.flatMap(name -> layers.find(Settings.CLUSTER_URL, name)).map(ServerUrl::new);
    if (own.isPresent() || (variable.isPresent() && !inFile)) {
      return own.or(() -> variable);
    }
    if (needed && !inFile) {
      noteMissing(cluster, clusters);
    }
    return Optional.empty();
  }

  private static String urlPath(String cluster) {
    return Settings.CLUSTER_URL.path().replace("*", cluster);
  }

  private void noteMissing(Optional<String> cluster, Set<String> clusters) {
    if (cluster.isEmpty() && clusters.size() > 1) {
      problems.missing("--cluster", "not given: which of " + String.join(", ", clusters) + "?");
    } else if (cluster.isPresent() && !clusters.isEmpty() && !clusters.contains(cluster.get())) {
      problems.missing(
          "--cluster",
          "no address for "
              + cluster.get()
              + ": the file names "
              + String.join(", ", clusters)
              + Suggestion.didYouMean(cluster.get(), List.copyOf(clusters)));
    } else {
      problems.missing(
          "DATABASE_URL", "not set: the server, " + Settings.CLUSTER_URL.kind().expected());
    }
  }

  /** Secrets come by the environment only: a file is copied, mailed and committed. */
  private void refusePasswords() {
    for (String cluster : file.clusters()) {
      for (ConfigFile.Located url : file.at(urlPath(cluster))) {
        if (PASSWORD.matcher(Interpolation.literal(url.text())).find()) {
          problems.wrong(
              url.where(),
              "url: a password stands in the file; set it as a variable and write"
                  + " url: \"${DATABASE_URL}\"");
        }
      }
    }
  }
}
