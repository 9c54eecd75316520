package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.demo.ledger.Ledger;
import io.mockupaws.demo.ledger.LedgerProof;
import io.mockupaws.demo.ledger.LedgerTable;
import io.mockupaws.demo.ledger.LedgerWriters;
import io.mockupaws.demo.ledger.LogRows;
import io.mockupaws.demo.ledger.ProofTarget;
import io.mockupaws.demo.ledger.Workload;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalSettings.Durability;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.io.TempDir;

/**
 * While commits wait for the stream, the server's directory and the spool are deleted at moments of
 * chance, and server and stream are killed: from the repository's address and key alone every row
 * comes back whose commit was acknowledged without a warning.
 */
class NoLossIT {
  private static final String SECRET = ProtectedCluster.SECRET;
  private static final String SLOT = "mockupaws_prod";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final LogRows ROWS = new LogRows(7, 20);
  private static final long PRELOADED = 20;
  private static final int WRITERS = 4;
  private static final int LONGEST_LIFE_MILLIS = 900;

  @TempDir Path place;

  /** How a round is lived and ended. */
  private enum Way {
    ENGINE("on", SLOT, Durability.ANY),
    /** In two stores, of which the first is lost with the rest. */
    APPLY("remote_apply", SLOT, Durability.ALL),
    QUORUM("on", "ANY 1 (" + SLOT + ")", Durability.ANY),
    PRIORITY("on", "FIRST 1 (" + SLOT + ")", Durability.ANY),
    PROGRAM("remote_apply", "*", Durability.ANY),
    /** One more: what is acknowledged is in the spool, so that is not deleted. */
    SPOOL("remote_apply", SLOT, Durability.SPOOL);

    private final String commit;
    private final String names;
    private final Durability durability;

    Way(String commit, String names, Durability durability) {
      this.commit = commit;
      this.names = names;
      this.durability = durability;
    }
  }

  @EveryVersion
  void nothingAcknowledgedIsLost(int major) {
    long seed = new SecureRandom().nextLong();
    System.out.println("NoLossIT on " + major + ", seed " + seed);
    Random random = new Random(seed);
    try (EmbeddedPostgres server = server(major)) {
      prepare(server);
      long acknowledged = 0;
      for (Way way : Way.values()) {
        acknowledged += round(server, way, random);
      }
      assertThat(acknowledged).as("commits, seed %s", seed).isPositive();
    }
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major).segmentMegabytes(1).start();
  }

  /** A server with a backup, as each round finds it. */
  private void prepare(EmbeddedPostgres server) {
    LedgerTable.create(server.login(), "postgres", ROWS, PRELOADED);
    Store store = Stores.create(address(template()), StoreOptions.none());
    try (ProtectedCluster cluster = new ProtectedCluster(server.login(), store)) {
      new Initialisation(ServerAddress.parse(server.url("postgres")), SLOT).makeSlot();
      cluster.backup();
      cluster.awaitDurable();
    }
    server.stop();
    HostCommand.run(
        "cp", "-a", server.dataDirectory().toString(), place.resolve("data").toString());
  }

  private long round(EmbeddedPostgres server, Way way, Random random) {
    Path ledgers = folder("ledgers");
    FileTrees.delete(place.resolve("repository"));
    HostCommand.run("cp", "-a", template().toString(), place.resolve("repository").toString());
    FileTrees.delete(second());
    HostCommand.run("cp", "-a", template().toString(), second().toString());
    start(server, way);
    try (Streaming streaming = streaming(server, way);
        LedgerWriters writers =
            LedgerWriters.start(
                Workload.of(server.login(), "postgres", WRITERS, ROWS, ledgers),
                Clock.systemUTC());
        Killed _ = server::kill) {
      awaitAcknowledged(writers, streaming, way);
      pause(random.nextInt(LONGEST_LIFE_MILLIS));
      end(server, streaming, way, random);
      writers.join();
    }
    Ledger ledger = Ledger.read(ledgers, WRITERS, ROWS, PRELOADED);
    if (way == Way.APPLY) {
      delete(place.resolve("repository"));
      HostCommand.run("mv", second().toString(), place.resolve("repository").toString());
    }
    if (way == Way.SPOOL) {
      bringHome(server.login());
    }
    LedgerProof proof = recovered(server, ledger);
    assertThat(proof.proven()).as("%s: %s", way, proof).isTrue();
    return ledger.acknowledgedBy(Instant.MAX) - PRELOADED;
  }

  private void start(EmbeddedPostgres server, Way way) {
    FileTrees.delete(server.dataDirectory());
    HostCommand.run(
        "cp", "-a", place.resolve("data").toString(), server.dataDirectory().toString());
    try {
      Files.writeString(
          server.dataDirectory().resolve("postgresql.conf"),
          "\nsynchronous_standby_names = '%s'\nsynchronous_commit = %s\n"
              .formatted(way.names, way.commit),
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.start();
  }

  /** Files first or processes first, the one or the other process first. */
  private void end(EmbeddedPostgres server, Streaming streaming, Way way, Random random) {
    boolean filesFirst = random.nextBoolean();
    if (filesFirst) {
      delete(server, way);
      pause(random.nextInt(100));
    }
    if (random.nextBoolean()) {
      streaming.kill();
      pause(random.nextInt(100));
      server.kill();
    } else {
      server.kill();
      streaming.kill();
    }
    delete(server, way);
  }

  private void delete(EmbeddedPostgres server, Way way) {
    delete(server.dataDirectory());
    if (way != Way.SPOOL) {
      delete(spool());
    }
  }

  /** Again and again: the processes of a server that was killed end one after the other. */
  private static void delete(Path folder) {
    HostCommand.run(
        "sh",
        "-c",
        "for i in $(seq 200); do rm -rf \"$1\" 2>/dev/null && exit 0; sleep 0.1; done; rm -rf"
            + " \"$1\"",
        "sh",
        folder.toString());
  }

  private static void awaitAcknowledged(LedgerWriters writers, Streaming streaming, Way way) {
    try {
      await().atMost(PATIENCE).until(() -> writers.acknowledged() > 0);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(way + " acknowledges nothing: " + streaming.told(), e);
    }
  }

  /** Writers that wait for an acknowledgement end with their server alone. */
  private interface Killed extends AutoCloseable {
    @Override
    void close();
  }

  /** A stream that can be killed. */
  private interface Streaming extends AutoCloseable {
    void kill();

    String told();

    @Override
    void close();
  }

  private Streaming streaming(EmbeddedPostgres server, Way way) {
    FileTrees.delete(spool());
    return way == Way.PROGRAM ? program(server) : engine(server.login(), way);
  }

  private Streaming program(EmbeddedPostgres server) {
    Program program =
        Program.as(HostUser.current(), server.binaries().folder())
            .with("DATABASE_URL", server.url("postgres"))
            .with("BACKUP_REPOSITORY", "file://" + place.resolve("repository"))
            .with("BACKUP_ENCRYPTION_KEY", SECRET)
            .with("BACKUP_SPOOL_DIR", spool().toString());
    RunningProgram stream = program.start("stream");
    return new Streaming() {
      @Override
      public void kill() {
        stream.kill();
      }

      @Override
      public String told() {
        return stream.output() + stream.messages();
      }

      @Override
      public void close() {
        program.close();
      }
    };
  }

  /** In this process; killed, nothing of it reaches the repository any more. */
  private Streaming engine(ServerLogin login, Way way) {
    List<StoreAddress> stores =
        way == Way.APPLY ? List.of(repository(), address(second())) : List.of(repository());
    SeveredStore store = new SeveredStore(Stores.open(stores, StoreOptions.none()));
    Repository repository = open(store.store());
    JournalStream stream = stream(repository, login, way.durability);
    return new Streaming() {
      @Override
      public void kill() {
        store.sever();
      }

      @Override
      public String told() {
        return stream.state().toString();
      }

      @Override
      public void close() {
        stream.close();
        repository.close();
      }
    };
  }

  private JournalStream stream(Repository repository, ServerLogin login, Durability durability) {
    return JournalStream.start(
        repository.id(),
        repository.cluster("prod"),
        new PgWalServer(ServerAddress.parse(login.url("postgres")), SLOT, InstantSource.system()),
        JournalSettings.of(spool(), SLOT).withDurability(durability),
        InstantSource.system(),
        Duration.ofSeconds(40));
  }

  /** What the spool alone had goes into the repository without the server. */
  private void bringHome(ServerLogin lost) {
    // its holder died in the story; this process, whose lease it is, lives on
    FileTrees.delete(place.resolve("repository/clusters/prod/lease"));
    try (Repository repository = open(Stores.open(repository(), StoreOptions.none()));
        JournalStream stream = stream(repository, lost, Durability.SPOOL)) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                StreamState state = stream.state();
                return state.connections() == 0
                    && state.phase() == StreamState.Phase.WAITING
                    && state.stored().equals(state.received());
              });
    }
  }

  private LedgerProof recovered(EmbeddedPostgres server, Ledger ledger) {
    try (Repository repository = open(Stores.open(repository(), StoreOptions.none()));
        Copy copy = new Copy(repository.cluster("prod"))) {
      copy.restore(r -> started(server.binaries()).apply(r));
      ServerLogin login = server.login().at(StartedServer.port(copy.directory()).orElseThrow());
      return LedgerProof.of(login, "postgres", ledger, ProofTarget.latest(Instant.MAX));
    }
  }

  @EveryVersion
  void aCommitThatReturnedWithAWarningIsNotPromised(int major) {
    try (EmbeddedPostgres server = server(major)) {
      prepare(server);
      Path ledgers = folder("ledgers");
      HostCommand.run("cp", "-a", template().toString(), place.resolve("repository").toString());
      start(server, Way.ENGINE);
      try (LedgerWriters writers =
          LedgerWriters.start(
              Workload.of(server.login(), "postgres", 1, ROWS, ledgers), Clock.systemUTC())) {
        await()
            .atMost(PATIENCE)
            .until(
                () -> {
                  cancelWaiting(server);
                  return Ledger.read(ledgers, 1, ROWS, PRELOADED).entries().size() > 3;
                });
        server.kill();
        writers.join();
      }
      Ledger ledger = Ledger.read(ledgers, 1, ROWS, PRELOADED);
      assertThat(ledger.acknowledgedBy(Instant.MAX)).isEqualTo(PRELOADED);
      LedgerProof proof = recovered(server, ledger);
      assertThat(proof.proven()).as("%s", proof).isTrue();
      assertThat(proof.inFlight()).isGreaterThan(3);
      assertThat(proof.inFlightPresent()).as("they are lost indeed").isZero();
    }
  }

  private static void cancelWaiting(EmbeddedPostgres server) {
    server.run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
  }

  private static Repository open(Store store) {
    return Repository.open(store, Optional.of(Secret.of(SECRET)), new SecureRandom());
  }

  private StoreAddress repository() {
    return address(place.resolve("repository"));
  }

  private static StoreAddress address(Path folder) {
    return StoreAddress.parse("file://" + folder);
  }

  private Path template() {
    return place.resolve("template");
  }

  private Path second() {
    return place.resolve("second");
  }

  private Path spool() {
    return place.resolve("spool");
  }

  private Path folder(String name) {
    FileTrees.delete(place.resolve(name));
    try {
      return Files.createDirectory(place.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
