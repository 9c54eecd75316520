package io.mockupaws.app.config;

import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where the repository lies and how it is written.
 *
 * @param stores its places, the first one first; empty when the command does not need it and none
 *     is set
 * @param durability where WAL must be durable before its position is reported as flushed
 * @param spool the local directory for WAL on its way
 * @param encryption how a new repository is sealed
 * @param tail the longest time received WAL waits before it is durable in the repository
 * @param storeOptions what holds where the address says nothing
 * @param maxRate of packs, written and read
 */
public record RepositoryConfig(
    List<StoreAddress> stores,
    Durability durability,
    Path spool,
    Encryption encryption,
    Duration tail,
    StoreOptions storeOptions,
    Optional<Rate> maxRate) {
  public RepositoryConfig {
    stores = List.copyOf(stores);
  }

  /** The first of its places. */
  public Optional<StoreAddress> store() {
    return stores.stream().findFirst();
  }

  /** The same with some of its places. */
  public RepositoryConfig withStores(List<StoreAddress> some) {
    return new RepositoryConfig(some, durability, spool, encryption, tail, storeOptions, maxRate);
  }
}
