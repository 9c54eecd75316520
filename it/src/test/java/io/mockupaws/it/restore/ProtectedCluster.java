package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.BackupSpan;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.backup.DurableWal;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.journal.Salvages;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.journal.WalServer;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.restore.Restores;
import io.mockupaws.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A live server whose WAL this process streams into a repository, and of which it takes backups.
 */
final class ProtectedCluster implements AutoCloseable {
  /** A raw key: a passphrase would cost each test a second of stretching. */
  static final String SECRET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  private static final String SLOT = "mockupaws_it";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServerLogin login;
  private final Repository repository;
  private final boolean ownsRepository;
  private final ClusterRepository cluster;
  private JournalStream stream;
  private final Path spool;
  private JournalSettings.Durability durability;

  /** Protects a running server in a store. */
  ProtectedCluster(ServerLogin login, Store store) {
    this(login, store, JournalSettings.Durability.ANY);
  }

  /** As above; WAL counts as durable there. */
  ProtectedCluster(ServerLogin login, Store store, JournalSettings.Durability durability) {
    this.login = login;
    this.durability = durability;
    this.repository = Repository.create(store, Optional.of(Secret.of(SECRET)), new SecureRandom());
    this.ownsRepository = true;
    this.cluster = repository.createCluster(identity(login, "prod"));
    this.spool = temporary();
    begin();
  }

  /** Protects another server in the same repository, as a cluster of its own. */
  private ProtectedCluster(ServerLogin login, Repository repository, String name) {
    this.login = login;
    this.repository = repository;
    this.ownsRepository = false;
    this.durability = JournalSettings.Durability.ANY;
    this.cluster = repository.createCluster(identity(login, name));
    this.spool = temporary();
    begin();
  }

  private void begin() {
    ServerAddress address = ServerAddress.parse(login.url("postgres"));
    new Initialisation(address, SLOT).makeSlot();
    this.stream = stream(login, r -> r);
    stream.awaitStreaming(PATIENCE, () -> false);
  }

  /** A copy of this cluster's server gets a history of its own in the same repository. */
  ProtectedCluster beside(ServerLogin copy, String name) {
    return new ProtectedCluster(copy, repository, name);
  }

  private JournalStream stream(ServerLogin of, UnaryOperator<JournalSettings> wish) {
    return stream(server(of), wish);
  }

  private static WalServer server(ServerLogin of) {
    return new PgWalServer(ServerAddress.parse(of.url("postgres")), SLOT, InstantSource.system());
  }

  private JournalStream stream(WalServer of, UnaryOperator<JournalSettings> wish) {
    return JournalStream.start(
        repository.id(),
        cluster,
        of,
        wish.apply(
            JournalSettings.of(spool, SLOT)
                .withTailInterval(Duration.ofMillis(50))
                .withDurability(durability)),
        InstantSource.system(),
        Duration.ofSeconds(5));
  }

  private static ClusterIdentity identity(ServerLogin login, String name) {
    try (Sql sql = login.sql("postgres")) {
      return new ClusterIdentity(
          name,
          Long.parseLong(sql.value("SELECT system_identifier FROM pg_control_system()")),
          Integer.parseInt(sql.value("SHOW server_version_num")) / 10_000,
          Integer.parseInt(sql.value("SELECT bytes_per_wal_segment FROM pg_control_init()")),
          Instant.now());
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("mockupaws-it-spool-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ClusterRepository repository() {
    return cluster;
  }

  /** Restores into directories that hold something; while nobody streams. */
  Restores restores() {
    return new Restores(cluster, InstantSource.system(), salvages());
  }

  Salvages salvages() {
    return new Salvages(
        repository.id(), cluster, JournalSettings.of(spool, SLOT), InstantSource.system());
  }

  ServerLogin login() {
    return login;
  }

  BackupResult backup() {
    return backup(BackupRequest.usual(), BackupProgress.none());
  }

  BackupResult backup(BackupRequest request, BackupProgress progress) {
    return backups().take(request, durable(), progress);
  }

  /** A backup of a standby, or of the server that took the place of the one before. */
  BackupResult backupOf(ServerLogin other, BackupRequest request) {
    return backups(other).take(request, durable(), BackupProgress.none());
  }

  Backups backups() {
    return backups(login);
  }

  private Backups backups(ServerLogin of) {
    return new Backups(cluster, ServerAddress.parse(of.url("postgres")), new SecureRandom());
  }

  Repository whole() {
    return repository;
  }

  /** A backup as the command takes it beside a running stream. */
  BackupResult backup(BackupProgress progress) {
    ServerAddress address = ServerAddress.parse(login.url("postgres"));
    try (JournalWal wal =
        JournalWal.open(
            repository.id(),
            cluster,
            new PgWalServer(address, SLOT, InstantSource.system()),
            JournalSettings.of(spool, SLOT),
            InstantSource.system(),
            () -> false)) {
      return new Backups(cluster, address, new SecureRandom())
          .take(BackupRequest.usual(), wal, progress);
    }
  }

  private DurableWal durable() {
    return new DurableWal() {
      @Override
      public void check() {}

      @Override
      public boolean isDurable(BackupSpan span) {
        return new Journal(cluster).view().covers(span.timeline(), span.start(), span.stop());
      }
    };
  }

  /** Returns when everything written so far is in the repository; the end of the WAL. */
  Lsn awaitDurable() {
    return awaitDurable(login);
  }

  /** As above, of the server that took the place of the one before. */
  Lsn awaitDurable(ServerLogin other) {
    try (Sql sql = other.sql("postgres")) {
      Lsn end = Lsn.parse(sql.value("SELECT pg_current_wal_flush_lsn()"));
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> !stream.state().stored().isBefore(end));
      return end;
    }
  }

  /** What is in the repository stays as it is. */
  void stopStreaming() {
    stream.close();
  }

  /** The journal goes on; WAL counts as durable there from now on. */
  void resumeStreaming(JournalSettings.Durability other) {
    durability = other;
    resumeStreaming();
  }

  StreamState state() {
    return stream.state();
  }

  /** The journal goes on, with whatever server now listens there. */
  void resumeStreaming() {
    follow(login, r -> r);
  }

  /** The journal goes on with another server. */
  void follow(ServerLogin other, UnaryOperator<JournalSettings> wish) {
    stream = stream(other, wish);
    stream.awaitStreaming(PATIENCE, () -> false);
  }

  /** What streaming another server into this cluster's history ends with. */
  Failure refusal(ServerLogin other) {
    try (JournalStream refused = stream(other, r -> r)) {
      return catchThrowableOfType(
          Failure.class, () -> refused.awaitStreaming(PATIENCE, () -> false));
    }
  }

  /** A stream met another server and died before a byte of its WAL came. */
  void dieBeforeComparing(ServerLogin other) {
    try (JournalStream dying = stream(new MuteServer(server(other)), r -> r)) {
      await().atMost(PATIENCE).until(() -> dying.state().lastError().isPresent());
    }
  }

  /** Whether a server lives this cluster's life. */
  Life.Answer life(ServerLogin other) {
    ServerAddress address = ServerAddress.parse(other.url("postgres"));
    return new Life(cluster, new PgWalServer(address, "asking", InstantSource.system())).ask();
  }

  /** The cluster's objects, but for leases. */
  List<String> objects() {
    return cluster.list("").stream()
        .filter(object -> !object.key().value().contains("/lease/"))
        .map(object -> object.key() + " " + object.size())
        .toList();
  }

  @Override
  public void close() {
    stream.close();
    if (ownsRepository) {
      repository.close();
    }
    FileTrees.delete(spool);
  }

  /** A server to be protected, of a major version. */
  static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major).setting("wal_level", "replica").start();
  }
}
