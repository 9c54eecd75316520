package io.mockupaws.app.main;

import io.mockupaws.app.cli.Parts;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.RepositoryConfig;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.RetryPolicy;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.OptionalLong;

/** Joins the real things. */
final class LiveParts implements Parts {
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  LiveParts(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public Repository openRepository(Config config) {
    Store store = store(config.repository());
    try {
      return Repository.open(store, config.key(), random);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static Store store(RepositoryConfig config) {
    return Stores.open(
        config.store().orElseThrow(), config.storeOptions().withRetry(RetryPolicy.brief()));
  }

  @Override
  public OptionalLong systemIdentifier(ServerUrl server) {
    try {
      ServerAddress.parse(server.reveal());
      return OptionalLong.empty();
    } catch (Failure e) {
      return OptionalLong.empty();
    }
  }
}
