package io.mockupaws.it.restore;

import static org.awaitility.Awaitility.await;

import io.mockupaws.core.crypto.Secret;
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
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.journal.Salvages;
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
import java.util.Optional;

/**
 * A live server whose WAL this process streams into a repository, and of which it takes backups.
 */
final class ProtectedCluster implements AutoCloseable {
  private static final String SLOT = "mockupaws_it";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServerLogin login;
  private final Repository repository;
  private final ClusterRepository cluster;
  private JournalStream stream;
  private final Path spool;

  /** Protects a running server in a store. */
  ProtectedCluster(ServerLogin login, Store store) {
    this.login = login;
    this.repository =
        Repository.create(
            store, Optional.of(Secret.of("a passphrase for tests")), new SecureRandom());
    this.cluster = repository.createCluster(identity(login));
    this.spool = temporary();
    ServerAddress address = ServerAddress.parse(login.url("postgres"));
    new Initialisation(address, SLOT).makeSlot();
    this.stream = stream();
    stream.awaitStreaming(PATIENCE, () -> false);
  }

  private JournalStream stream() {
    ServerAddress address = ServerAddress.parse(login.url("postgres"));
    return JournalStream.start(
        repository.id(),
        cluster,
        new PgWalServer(address, SLOT, java.time.InstantSource.system()),
        JournalSettings.of(spool, SLOT).withTailInterval(Duration.ofMillis(50)),
        InstantSource.system(),
        Duration.ofSeconds(5));
  }

  private static ClusterIdentity identity(ServerLogin login) {
    try (Sql sql = login.sql("postgres")) {
      return new ClusterIdentity(
          "prod",
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
    return new Restores(
        cluster,
        InstantSource.system(),
        new Salvages(
            repository.id(), cluster, JournalSettings.of(spool, SLOT), InstantSource.system()));
  }

  ServerLogin login() {
    return login;
  }

  BackupResult backup() {
    return new Backups(cluster, ServerAddress.parse(login.url("postgres")), new SecureRandom())
        .take(BackupRequest.usual(), durable(), BackupProgress.none());
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
    try (Sql sql = login.sql("postgres")) {
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

  /** The journal goes on, with whatever server now listens there. */
  void resumeStreaming() {
    stream = stream();
    stream.awaitStreaming(PATIENCE, () -> false);
  }

  @Override
  public void close() {
    stream.close();
    repository.close();
    FileTrees.delete(spool);
  }

  /** A server to be protected, of a major version. */
  static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major).setting("wal_level", "replica").start();
  }
}
