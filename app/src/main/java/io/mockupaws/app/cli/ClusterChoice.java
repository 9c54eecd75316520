package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Chooses the cluster: the one that is named, else the reachable server's, else the only one. */
final class ClusterChoice {
  private final Repository repository;
  private final Config config;
  private final Parts parts;

  ClusterChoice(Repository repository, Config config, Parts parts) {
    this.repository = repository;
    this.config = config;
    this.parts = parts;
  }

  /**
   * The cluster.
   *
   * @throws Failure UNKNOWN_CLUSTER, AMBIGUOUS_CLUSTER
   */
  ClusterRepository choose() {
    if (config.cluster().isPresent()) {
      return repository.cluster(config.cluster().get());
    }
    List<String> names = repository.clusters();
    if (names.isEmpty()) {
      throw new Failure(
          ErrorCode.UNKNOWN_CLUSTER,
          "the repository at " + repository.store().address() + " has no cluster yet",
          "enter the server's: mockupaws init");
    }
    if (names.size() == 1) {
      return repository.cluster(names.getFirst());
    }
    return ofServer(names)
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.AMBIGUOUS_CLUSTER,
                    "the repository has several clusters: " + String.join(", ", names),
                    "say which one: --cluster NAME"));
  }

  private Optional<ClusterRepository> ofServer(List<String> names) {
    OptionalLong identifier =
        config.server().map(parts::systemIdentifier).orElseGet(OptionalLong::empty);
    if (identifier.isEmpty()) {
      return Optional.empty();
    }
    return names.stream()
        .map(repository::cluster)
        .filter(c -> c.identity().systemIdentifier() == identifier.getAsLong())
        .findFirst();
  }
}
