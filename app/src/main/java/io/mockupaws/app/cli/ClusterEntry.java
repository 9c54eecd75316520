package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Enters a server's cluster into a repository. */
final class ClusterEntry {
  private final Repository repository;
  private final ServerFacts facts;
  private final Instant now;

  ClusterEntry(Repository repository, ServerFacts facts, Instant now) {
    this.repository = repository;
    this.facts = facts;
    this.now = now;
  }

  /** The clusters with this server's system identifier. */
  List<ClusterRepository> kin() {
    return repository.clusters().stream()
        .map(repository::cluster)
        .filter(c -> c.identity().systemIdentifier() == facts.systemIdentifier())
        .toList();
  }

  /** The cluster of that name, where it is one of this server's system. */
  Optional<ClusterRepository> find(String name) {
    return kin().stream().filter(c -> c.identity().name().equals(name)).findFirst();
  }

  /**
   * Enters it under that name.
   *
   * @throws Failure CLUSTER_EXISTS when the name is another cluster's; USAGE when it can be none's
   */
  ClusterRepository enter(String name) {
    if (!ClusterIdentity.isName(name)) {
      throw new Failure(
          ErrorCode.USAGE,
          "the database's name cannot be the cluster's",
          "give it one of letters, digits, _ - and .: --cluster NAME");
    }
    return repository.createCluster(
        new ClusterIdentity(
            name, facts.systemIdentifier(), facts.major(), facts.walSegmentSize(), now));
  }
}
