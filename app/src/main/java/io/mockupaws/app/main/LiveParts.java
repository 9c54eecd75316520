package io.mockupaws.app.main;

import io.mockupaws.app.cli.DemoRequest;
import io.mockupaws.app.cli.OutputFormat;
import io.mockupaws.app.cli.Parts;
import io.mockupaws.app.cli.Screen;
import io.mockupaws.app.cli.StopSignal;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.RepositoryConfig;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.crypto.KmsKey;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.demo.story.Demo;
import io.mockupaws.demo.story.DemoOptions;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.RetryPolicy;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import io.mockupaws.store.Throttle;
import io.mockupaws.store.ThrottledStore;
import io.mockupaws.store.kms.AwsKms;
import io.mockupaws.store.kms.KmsAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
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
  public void onReload(Runnable reload) {
    Interrupts.onEach("HUP", reload);
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
    try (Asked asked = new Asked(config)) {
      return Repository.open(store, asked.key, random);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  @Override
  public Store openStore(Config config, StoreAddress address) {
    return Stores.open(address, options(config.repository()));
  }

  @Override
  public Store openFolder(Path folder) {
    return Stores.create(new StoreAddress.Directory(folder), StoreOptions.none());
  }

  @Override
  public Opened openOrCreateRepository(Config config) {
    RepositoryConfig places = config.repository();
    Store store = limited(Stores.create(places.stores(), options(places)), places);
    try (Asked asked = new Asked(config)) {
      return Repository.exists(store)
          ? new Opened(Repository.open(store, asked.key, random), false)
          : new Opened(Repository.create(store, asked.key, random), true);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** What opens the repository. A secret stays the configuration's, to be used again. */
  private final class Asked implements AutoCloseable {
    final Optional<MasterKey> key;

    Asked(Config config) {
      key = masterKey(config);
    }

    @Override
    public void close() {
      if (key.isPresent() && key.get() instanceof KmsKey kms) {
        kms.close();
      }
    }
  }

  @Override
  public KmsKey kmsKey(String key) {
    return new KmsKey(AwsKms.open(KmsAddress.of(key, environment)), key);
  }

  private Store store(RepositoryConfig config) {
    return limited(Stores.open(config.stores(), options(config)), config);
  }

  /** Packs wait; nobody's WAL waits behind them. */
  private Store limited(Store store, RepositoryConfig config) {
    if (config.maxRate().isEmpty()) {
      return store;
    }
    Throttle throttle = Throttle.of(config.maxRate().get().bytesPerSecond());
    stop.hurry(throttle::cancel);
    return new ThrottledStore(store, throttle, key -> Repository.isPack(key) || Dumps.isDump(key));
  }

  private static StoreOptions options(RepositoryConfig config) {
    boolean alone = config.stores().size() == 1;
    return config.storeOptions().withRetry(alone ? RetryPolicy.brief() : RetryPolicy.hurried());
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

  @Override
  public Life.Answer life(ServerUrl server, ClusterRepository cluster) {
    return new Life(cluster, new PgWalServer(address(server), "mockupaws_life", clock)).ask();
  }
}
