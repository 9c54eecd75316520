package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.crypto.KmsKey;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * What commands are made of. The program's main package joins it for real, tests for themselves.
 */
public interface Parts {
  InstantSource clock();

  /** Stopping by Ctrl-C or a signal. */
  StopSignal stop();

  /** Says what is to be done when the operator asks for the configuration to be read again. */
  void onReload(Runnable reload);

  /** The host's time zone. */
  ZoneId zone();

  /** Opens the store of the configuration, whatever is in it. The caller closes it. */
  Store openStore(Config config);

  /**
   * Opens the repository of the configuration. The caller closes it.
   *
   * @throws io.mockupaws.core.failure.Failure as {@link Repository#open}
   */
  Repository openRepository(Config config);

  /**
   * Opens a place that is only read, with what the configuration says of stores. The caller closes
   * it.
   *
   * @throws io.mockupaws.core.failure.Failure STORE_NO_BUCKET and what else a store fails with
   */
  Store openStore(Config config, StoreAddress address);

  /**
   * Opens a folder of this host as a place for objects, and makes it where it is missing. The
   * caller closes it.
   *
   * @throws io.mockupaws.core.failure.Failure what a store fails with
   */
  Store openFolder(Path folder);

  /**
   * Opens the repository of the configuration, or makes it where there is none.
   *
   * @throws io.mockupaws.core.failure.Failure as {@link Repository#open}
   */
  Opened openOrCreateRepository(Config config);

  /** A repository, and whether it was made for this. */
  record Opened(Repository repository, boolean created) {}

  /**
   * Reads an address with what the environment adds to it.
   *
   * @throws io.mockupaws.core.failure.Failure BAD_ADDRESS
   */
  ServerAddress address(ServerUrl server);

  RandomGenerator random();

  /** Tells the demo; the answer is whether everything was proven. */
  boolean demo(DemoRequest request, Screen screen);

  /** The system identifier of a server; empty when it cannot be asked. */
  OptionalLong systemIdentifier(ServerUrl server);

  /** A key of a KMS, not asked for anything yet. The caller closes it. */
  KmsKey kmsKey(String key);

  /** What opens the repository of the configuration, where it says so. The caller closes it. */
  default Optional<MasterKey> masterKey(Config config) {
    Optional<MasterKey> secret = config.key().map(one -> one);
    return secret.or(() -> config.kmsKey().map(this::kmsKey));
  }

  /** Whether a server lives the life that the repository holds for a cluster. */
  Life.Answer life(ServerUrl server, ClusterRepository cluster);
}
