package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

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
    List<ClusterRepository> kin =
        names.stream()
            .map(repository::cluster)
            .filter(c -> c.identity().systemIdentifier() == identifier.getAsLong())
            .toList();
    return kin.size() <= 1
        ? kin.stream().findFirst()
        : Optional.of(byLife(kin, config.server().orElseThrow(), parts));
  }

  /**
   * The one cluster whose life a server lives, of several with its system identifier. Where no
   * other one can be it, a cluster without WAL is it.
   *
   * @throws Failure AMBIGUOUS_CLUSTER
   */
  static ClusterRepository byLife(List<ClusterRepository> kin, ServerUrl server, Parts parts) {
    List<ClusterRepository> same = new ArrayList<>();
    List<ClusterRepository> unknown = new ArrayList<>();
    for (ClusterRepository cluster : kin) {
      switch (parts.life(server, cluster)) {
        case Life.Same() -> same.add(cluster);
        case Life.Unknown(String _) -> unknown.add(cluster);
        case Life.Other(Failure _) -> {}
      }
    }
    List<ClusterRepository> left = same.isEmpty() ? unknown : same;
    if (left.size() == 1) {
      return left.getFirst();
    }
    String names = names(left.isEmpty() ? kin : left);
    throw new Failure(
        ErrorCode.AMBIGUOUS_CLUSTER,
        left.isEmpty()
            ? "the server has the system identifier of " + names + " and the WAL of none of them"
            : "the server may be each of " + names + ": nothing in their WAL tells it apart",
        "say which one: --cluster NAME; or give the server one of its own: mockupaws init --as"
            + " NEW");
  }

  private static String names(List<ClusterRepository> clusters) {
    return clusters.stream().map(c -> c.identity().name()).collect(Collectors.joining(", "));
  }
}
