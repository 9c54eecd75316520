package io.mockupaws.app.main;

import io.mockupaws.app.cli.DemoRequest;
import io.mockupaws.app.cli.OutputFormat;
import io.mockupaws.app.cli.Parts;
import io.mockupaws.app.cli.Screen;
import io.mockupaws.app.cli.StopSignal;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.RepositoryConfig;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.demo.story.Demo;
import io.mockupaws.demo.story.DemoOptions;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.RetryPolicy;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** Joins the real things. */
final class LiveParts implements Parts {
  private final InstantSource clock;
  private final StopSignal stop;
  private final Map<String, String> environment;
  private final SecureRandom random = new SecureRandom();

  LiveParts(InstantSource clock, StopSignal stop, Map<String, String> environment) {
    this.clock = clock;
    this.stop = stop;
    this.environment = environment;
  }

  @Override
  public StopSignal stop() {
    return stop;
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public ZoneId zone() {
    return ZoneId.systemDefault();
  }

  @Override
  public Store openStore(Config config) {
    return store(config.repository());
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

  @Override
  public Opened openOrCreateRepository(Config config) {
    StoreAddress address = config.repository().store().orElseThrow();
    Store store = Stores.create(address, options(config.repository()));
    try {
      return Repository.exists(store)
          ? new Opened(Repository.open(store, config.key(), random), false)
          : new Opened(Repository.create(store, config.key(), random), true);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static Store store(RepositoryConfig config) {
    return Stores.open(config.store().orElseThrow(), options(config));
  }

  private static StoreOptions options(RepositoryConfig config) {
    return config.storeOptions().withRetry(RetryPolicy.brief());
  }

  @Override
  public ServerAddress address(ServerUrl server) {
    return ServerAddress.parse(server.reveal(), environment);
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public boolean demo(DemoRequest request, Screen screen) {
    boolean json = request.format() == OutputFormat.json;
    DemoOptions options =
        new DemoOptions(
            request.postgres(), request.s3(), json, request.keep(), OurProcess.command());
    return Demo.run(options, Clock.systemUTC(), screen.out(), screen.err()) == 0;
  }

  @Override
  public OptionalLong systemIdentifier(ServerUrl server) {
    try (ServerSession session = ServerSession.open(address(server))) {
      return OptionalLong.of(ServerFacts.read(session).systemIdentifier());
    } catch (Failure e) {
      // Whoever asks does without: the cluster is then chosen without the server.
      return OptionalLong.empty();
    }
  }
}
