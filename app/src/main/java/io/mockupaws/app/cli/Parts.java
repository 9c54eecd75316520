package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.engine.repository.Repository;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * What commands are made of. The program's main package joins it for real, tests for themselves.
 */
public interface Parts {
  InstantSource clock();

  /**
   * Opens the repository of the configuration. The caller closes it.
   *
   * @throws io.mockupaws.core.failure.Failure as {@link Repository#open}
   */
  Repository openRepository(Config config);

  /** The system identifier of a server; empty when it cannot be asked within some seconds. */
  OptionalLong systemIdentifier(ServerUrl server);
}
