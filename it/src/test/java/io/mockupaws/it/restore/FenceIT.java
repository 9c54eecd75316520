package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.FreePort;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.journal.Push;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that are not the one whose history the repository holds, and would be taken for it by
 * address, system identifier or timeline. None writes into that history, and each can have its own.
 */
class FenceIT {
  @TempDir Path place;

  @EveryVersion
  void noOtherServerWritesIntoTheLiveHistory(int major) throws IOException {
    Store store = Stores.inMemory();
    try (EmbeddedPostgres live = server(major);
        EmbeddedPostgres other = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), store)) {
      live.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      cluster.backup();
      cluster.awaitDurable();
      cluster.stopStreaming();
      assertIsRefused(cluster, other.login(), ErrorCode.FOREIGN_CLUSTER);

      live.stop();
      HostCommand.run("cp", "-a", live.dataDirectory().toString(), saved().toString());
      live.start();
      cluster.resumeStreaming();
      live.run("INSERT INTO t VALUES (2)");
      cluster.awaitDurable();
      cluster.stopStreaming();

      snapshotElsewhere(cluster, other);
      restoredCopy(cluster, live);
      assertThat(cluster.life(live.login())).isNotInstanceOf(Life.Other.class);
      rolledBack(cluster, live);
      assertIsWhole(store, cluster, live, List.of("1", "2"));
    }
  }

  /** A file-system snapshot is started on another port, with all settings of the original. */
  private void snapshotElsewhere(ProtectedCluster cluster, EmbeddedPostgres other)
      throws IOException {
    other.stop();
    FileTrees.delete(other.dataDirectory());
    HostCommand.run("cp", "-a", saved().toString(), other.dataDirectory().toString());
    Files.writeString(
        other.dataDirectory().resolve("postgresql.conf"),
        "\nport = %d\n".formatted(other.port()),
        StandardOpenOption.APPEND);
    other.start();
    other.run("INSERT INTO t VALUES (30)");
    assertThat(cluster.life(other.login())).isInstanceOf(Life.Other.class);
    assertIsRefused(cluster, other.login(), ErrorCode.OTHER_LIFE);
    other.run("INSERT INTO t SELECT 31 FROM generate_series(1, 50000)", "CHECKPOINT");
    assertIsRefused(cluster, other.login(), ErrorCode.OTHER_LIFE);
    keepsOurSlotUntilItIsLost(other);
    Failure lost = assertIsRefused(cluster, other.login(), ErrorCode.OTHER_LIFE);
    assertThat(lost.what()).contains("our slot there is lost");
    other.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    cluster.dieBeforeComparing(other.login());
    Failure never = assertIsRefused(cluster, other.login(), ErrorCode.OTHER_LIFE);
    assertThat(never.what()).contains("does not have our slot");
    assertThat(never.nextStep()).contains("--takes-over");
  }

  /** It came with the files; the WAL at our end goes with it, and nothing can be compared. */
  private static void keepsOurSlotUntilItIsLost(EmbeddedPostgres other) {
    other.run(
        "ALTER SYSTEM SET max_slot_wal_keep_size = '16MB'",
        "ALTER SYSTEM SET max_wal_size = '32MB'",
        "ALTER SYSTEM SET min_wal_size = '32MB'",
        "SELECT pg_reload_conf()");
    for (int i = 0; i < 4; i++) {
      other.run(
          "SELECT pg_logical_emit_message(true, '', 'gone')",
          "SELECT pg_switch_wal()",
          "CHECKPOINT");
    }
    try (Sql sql = other.sql("postgres")) {
      assertThat(sql.column("SELECT wal_status FROM pg_replication_slots")).containsExactly("lost");
    }
  }

  /** A restored copy with the original's settings was promoted: it is on timeline 2. */
  private static void restoredCopy(ProtectedCluster cluster, EmbeddedPostgres live) {
    int port = FreePort.find();
    try (Copy copy = new Copy(cluster.repository())) {
      copy.restore(r -> started(live.binaries()).apply(r.keepingSettings().withPort(port)));
      ServerLogin login = live.login().at(StartedServer.port(copy.directory()).orElseThrow());
      Failure failure = assertIsRefused(cluster, login, ErrorCode.OTHER_LIFE);
      assertThat(failure.what()).contains("restored copy", "timeline 2");
      try (Sql sql = login.sql("postgres")) {
        assertThat(sql.number("SELECT count(*) FROM pg_replication_slots"))
            .as("what the refused stream made there")
            .isZero();
        sql.run("INSERT INTO t VALUES (40)");
      }
      archivesNothing(cluster, copy.directory().resolve("pg_wal/00000002.history"));
      ofItsOwn(cluster, login, live);
    }
  }

  /** With its original's {@code archive_command} it would push its own timeline. */
  private static void archivesNothing(ProtectedCluster cluster, Path history) {
    List<String> before = cluster.objects();
    Push push =
        new Push(
            cluster.repository(),
            InstantSource.system(),
            JournalSettings.OnDamage.GO_ON,
            JournalSettings.Durability.ANY,
            Duration.ofSeconds(5));
    Failure pushed = catchThrowableOfType(Failure.class, () -> push.push(history));
    assertThat(pushed.code()).isEqualTo(ErrorCode.OTHER_LIFE);
    assertThat(cluster.objects()).isEqualTo(before);
  }

  private static void ofItsOwn(ProtectedCluster live, ServerLogin login, EmbeddedPostgres server) {
    List<String> before = live.objects();
    try (ProtectedCluster own = live.beside(login, "copy")) {
      own.backup();
      try (Sql sql = login.sql("postgres")) {
        sql.run("INSERT INTO t VALUES (41)");
      }
      own.awaitDurable();
      own.stopStreaming();
      assertThat(own.life(login)).isEqualTo(new Life.Same());
      assertThat(own.life(server.login())).isInstanceOf(Life.Other.class);
      assertThat(live.life(login)).isInstanceOf(Life.Other.class);
      assertRestores(own, server, List.of("1", "2", "40", "41"));
    }
    assertThat(live.objects()).isEqualTo(before);
  }

  /** At the same address: the server is stopped, its directory is an older one, and it goes on. */
  private void rolledBack(ProtectedCluster cluster, EmbeddedPostgres live) {
    live.stop();
    FileTrees.delete(live.dataDirectory());
    HostCommand.run("cp", "-a", saved().toString(), live.dataDirectory().toString());
    live.start();
    assertIsRefused(cluster, live.login(), ErrorCode.OTHER_LIFE);
    live.run("INSERT INTO t SELECT 50 FROM generate_series(1, 50000)");
    assertIsRefused(cluster, live.login(), ErrorCode.OTHER_LIFE);
  }

  private static Failure assertIsRefused(
      ProtectedCluster cluster, ServerLogin other, ErrorCode code) {
    List<String> before = cluster.objects();
    Life.Answer life = cluster.life(other);
    Failure failure = cluster.refusal(other);
    assertThat(failure.code()).as(failure.what()).isEqualTo(code);
    assertThat(failure.nextStep()).contains("mockupaws init --as NEW");
    assertThat(life).isNotInstanceOf(Life.Same.class);
    assertThat(cluster.objects()).isEqualTo(before);
    return failure;
  }

  private static void assertIsWhole(
      Store store, ProtectedCluster cluster, EmbeddedPostgres live, List<String> rows) {
    Repository repository =
        Repository.open(store, Optional.of(Secret.of(ProtectedCluster.SECRET)), new SecureRandom());
    VerifyRequest all = new VerifyRequest(Optional.empty(), Depth.READ, 2);
    assertThat(new Verifier(repository, repository.cluster("prod")).run(all, _ -> {}).isWhole())
        .isTrue();
    assertRestores(cluster, live, rows);
  }

  private static void assertRestores(
      ProtectedCluster cluster, EmbeddedPostgres live, List<String> rows) {
    try (Copy copy = new Copy(cluster.repository())) {
      copy.restore(r -> started(live.binaries()).apply(r));
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.column("SELECT i FROM t ORDER BY i")).isEqualTo(rows);
      }
    }
  }

  private Path saved() {
    return place.resolve("saved");
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .setting("wal_level", "replica")
        .hba("host all all 127.0.0.1/32 trust") // a copy has the other server's passwords
        .hba("host replication all 127.0.0.1/32 trust")
        .start();
  }
}
