package io.mockupaws.app.cli;

import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;

/** A repository that a command opened, and the cluster it works on. */
record OpenCluster(Repository repository, ClusterRepository cluster) implements AutoCloseable {
  @Override
  public void close() {
    repository.close();
  }
}
