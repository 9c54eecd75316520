package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ConfigReader;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.crypto.Kms;
import io.mockupaws.core.crypto.KmsKey;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** The command line in this process: real repositories, no server, a clock that stands still. */
final class TestProgram implements Parts {
  static final Instant NOW = Instant.parse("2026-04-07T15:00:00Z");

  private final Map<String, String> environment = new LinkedHashMap<>();
  private final StopSignal stop = new StopSignal();
  private final SecureRandom random = new SecureRandom();
  private OptionalLong reachable = OptionalLong.empty();
  private final Map<String, Life.Answer> lives = new LinkedHashMap<>();
  private int columns = 80;
  private ZoneId zone = ZoneOffset.UTC;

  /** What a command printed and ended with. */
  record Result(int status, String out, String err) {}

  TestProgram with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** From here on the address of the environment leads to a server of that identifier. */
  TestProgram reaching(long systemIdentifier) {
    reachable = OptionalLong.of(systemIdentifier);
    return this;
  }

  TestProgram zone(String id) {
    zone = ZoneId.of(id);
    return this;
  }

  /** What comparing that server's WAL with a cluster's tells. */
  TestProgram living(String cluster, Life.Answer answer) {
    lives.put(cluster, answer);
    return this;
  }

  TestProgram columns(int number) {
    columns = number;
    return this;
  }

  /** What a command works with, for parts of commands. */
  Session session() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Screen screen = new Screen(nowhere, nowhere, Terminal.none(), Redaction.of(environment));
    return new Session(new Mockupaws(new ConfigReader(environment)), this, screen);
  }

  Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Screen screen =
        new Screen(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Terminal(false, false, columns),
            Redaction.of(environment));
    int status = new Program(this, new ConfigReader(environment), screen).run(arguments);
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Override
  public InstantSource clock() {
    return InstantSource.fixed(NOW);
  }

  @Override
  public void onReload(Runnable reload) {}

  @Override
  public StopSignal stop() {
    return stop;
  }

  @Override
  public ZoneId zone() {
    return zone;
  }

  @Override
  public Store openStore(Config config) {
    return store(config);
  }

  @Override
  public Store openStore(Config config, StoreAddress address) {
    throw new UnsupportedOperationException("no other stores here");
  }

  @Override
  public Store openFolder(Path folder) {
    return Stores.create(new StoreAddress.Directory(folder), StoreOptions.none());
  }

  @Override
  public Repository openRepository(Config config) {
    return Repository.open(store(config), masterKey(config), random);
  }

  @Override
  public Opened openOrCreateRepository(Config config) {
    return new Opened(openRepository(config), false);
  }

  @Override
  public KmsKey kmsKey(String key) {
    return new KmsKey(new NoKms(), key);
  }

  /** A KMS that is away. */
  private static final class NoKms implements Kms {
    private static Failure away() {
      return new Failure(ErrorCode.KMS_UNREACHABLE, "no KMS here", "look elsewhere");
    }

    @Override
    public String nameOf(String key) {
      throw away();
    }

    @Override
    public DataKey generate(String key, Map<String, String> context) {
      throw away();
    }

    @Override
    public Opening open(String key, byte[] sealed, Map<String, String> context) {
      throw away();
    }

    @Override
    public void close() {}
  }

  private static Store store(Config config) {
    return Stores.open(config.repository().stores(), config.repository().storeOptions());
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
    return request.postgres() == 18;
  }

  @Override
  public OptionalLong systemIdentifier(ServerUrl server) {
    return reachable;
  }

  @Override
  public Life.Answer life(ServerUrl server, ClusterRepository cluster) {
    return lives.getOrDefault(cluster.identity().name(), new Life.Unknown("no server"));
  }
}
