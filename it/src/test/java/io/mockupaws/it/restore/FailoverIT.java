package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupPlan;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.TimelineChoice;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** A primary and its standby: streaming from the standby, and going over to it. */
class FailoverIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @EveryVersion
  void aStandbyThatIsStreamedIsPromotedAndTheOldPrimaryComesBack(int major) throws IOException {
    try (EmbeddedPostgres primary = server(major);
        EmbeddedPostgres standby = Standby.of(primary, FailoverIT::server);
        ProtectedCluster cluster = new ProtectedCluster(standby.login(), Stores.inMemory())) {
      primary.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      Standby.awaitReplay(primary, standby);
      BackupResult full = cluster.backup();
      primary.run("INSERT INTO t VALUES (2)", "CHECKPOINT");
      Standby.awaitReplay(primary, standby);
      BackupResult onStandby = incremental(cluster);
      assertThat(onStandby.base()).contains(full.id());
      standby.run("SELECT pg_promote()", "INSERT INTO t VALUES (3)");
      cluster.awaitDurable();
      BackupResult promoted = incremental(cluster);
      assertThat(promoted.base()).contains(onStandby.id());
      assertThat(promoted.timeline()).isEqualTo(new Timeline(2));
      primary.run("INSERT INTO t VALUES (99)");

      Journal journal = new Journal(cluster.repository());
      assertThat(journal.view().latestTimeline()).contains(new Timeline(2));
      assertThat(journal.view().holes()).isEmpty();
      cluster.stopStreaming();
      List<String> before = cluster.objects();
      assertThat(cluster.refusal(primary.login()).code()).isEqualTo(ErrorCode.OTHER_LIFE);
      assertThat(cluster.objects()).isEqualTo(before);
      restores(cluster, primary, r -> r, List.of("1", "2", "3"));
      // and from what the standby gave while it followed the primary
      restores(cluster, primary, r -> r.withBackup(full.id()), List.of("1", "2", "3"));
      restores(
          cluster,
          primary,
          r -> r.withBackup(onStandby.id()).withTarget(new TargetRequest.BackupEnd()),
          List.of("1", "2"));
    }
  }

  private static BackupResult incremental(ProtectedCluster cluster) {
    BackupRequest request = BackupRequest.usual().as(BackupRequest.Kind.INCREMENTAL);
    return cluster.backup(request, BackupProgress.none());
  }

  /** The journal has more of timeline 1 than the standby that was promoted. */
  @EveryVersion
  void aJournalAheadOfTheForkKeepsBothBranches(int major) throws IOException {
    try (EmbeddedPostgres primary = server(major);
        EmbeddedPostgres standby = Standby.of(primary, FailoverIT::server);
        ProtectedCluster cluster = new ProtectedCluster(primary.login(), Stores.inMemory())) {
      primary.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      BackupResult before = cluster.backup();
      Standby.awaitReplay(primary, standby);
      standby.stop();
      primary.run("INSERT INTO t VALUES (2)");
      cluster.awaitDurable();
      BackupResult ofTheOther = incremental(cluster);
      primary.kill();
      cluster.stopStreaming();

      standby.start();
      standby.run("SELECT pg_promote()", "INSERT INTO t VALUES (3)");
      cluster.follow(standby.login(), r -> r);
      awaitStored(cluster, standby);
      assertThat(new Journal(cluster.repository()).view().holes()).isEmpty();
      restores(cluster, primary, r -> r, List.of("1", "3"));
      restores(cluster, primary, on(1), List.of("1", "2"));
      BackupPlan plan =
          new Backups(
                  cluster.repository(),
                  ServerAddress.parse(standby.login().url("postgres")),
                  new SecureRandom())
              .plan(BackupRequest.usual().as(BackupRequest.Kind.AUTO));
      assertThat(plan.base()).as("%s lies behind the fork", ofTheOther.id()).contains(before.id());

      cluster.stopStreaming();
      removeWal(standby);
      cluster.follow(standby.login(), r -> r.withTakesOver(true));
      awaitStored(cluster, standby);
      assertThat(new Journal(cluster.repository()).view().holes())
          .as("without a slot there the standby removed WAL")
          .singleElement()
          .satisfies(hole -> assertThat(hole.kind()).isEqualTo(Hole.Kind.MISSING))
          .satisfies(hole -> assertThat(hole.timeline()).isEqualTo(new Timeline(2)))
          .satisfies(hole -> assertThat(hole.reason()).contains("no longer has the WAL"));
      assertThat(cluster.objects())
          .as("recorded, so that it is not taken for WAL on its way")
          .anyMatch(key -> key.startsWith("clusters/prod/holes/00000002-"));
    }
  }

  /** The slot is made on the standby before anything happens, and moved on now and then. */
  @EveryVersion
  void aSlotPreparedOnTheStandbyKeepsWhatThePromotedServerWrites(int major) throws IOException {
    try (EmbeddedPostgres primary = server(major);
        EmbeddedPostgres standby = Standby.of(primary, FailoverIT::server);
        ProtectedCluster cluster = new ProtectedCluster(primary.login(), Stores.inMemory())) {
      standby.run("SELECT pg_create_physical_replication_slot('mockupaws_it', true)");
      primary.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      cluster.backup();
      cluster.awaitDurable();
      Standby.awaitReplay(primary, standby);
      standby.run("SELECT pg_replication_slot_advance('mockupaws_it', pg_last_wal_replay_lsn())");
      primary.kill();
      cluster.stopStreaming();

      standby.run("SELECT pg_promote()", "INSERT INTO t VALUES (2)");
      writeMuch(standby);
      standby.run("INSERT INTO t VALUES (3)");
      cluster.follow(standby.login(), r -> r);
      awaitStored(cluster, standby);
      assertThat(new Journal(cluster.repository()).view().holes()).isEmpty();
      restores(cluster, primary, r -> r, List.of("1", "2", "3"));
    }
  }

  /** While nobody streams the primary writes on and is lost: its standby has what it wrote. */
  @EveryVersion
  void theRestOfTheTimelineThatWasLeftComesFromThePromotedServer(int major) throws IOException {
    try (EmbeddedPostgres primary = server(major);
        EmbeddedPostgres standby = Standby.of(primary, FailoverIT::server);
        ProtectedCluster cluster = new ProtectedCluster(primary.login(), Stores.inMemory())) {
      standby.run("SELECT pg_create_physical_replication_slot('mockupaws_it', true)");
      primary.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      cluster.backup();
      cluster.awaitDurable();
      cluster.stopStreaming();
      Journal journal = new Journal(cluster.repository());
      Lsn reached = journal.view().end(new Timeline(1)).orElseThrow();
      writeMuch(primary);
      primary.run("INSERT INTO t VALUES (2)");
      Standby.awaitReplay(primary, standby);
      primary.kill();

      standby.run("SELECT pg_promote()", "INSERT INTO t VALUES (3)");
      cluster.follow(standby.login(), r -> r);
      awaitStored(cluster, standby);
      assertThat(journal.view().holes()).isEmpty();
      assertThat(journal.view().end(new Timeline(1)).orElseThrow().minus(reached))
          .as("segments of 1 MB that only the standby had")
          .isGreaterThan(6 << 20);
      restores(cluster, primary, r -> r, List.of("1", "2", "3"));
      restores(cluster, primary, on(1), List.of("1", "2"));
    }
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .segmentMegabytes(1)
        .setting("wal_level", "replica")
        .setting("max_wal_size", "2MB")
        .setting("min_wal_size", "2MB")
        .hba("host all all 127.0.0.1/32 trust") // a copy has the other server's passwords
        .hba("host replication all 127.0.0.1/32 trust")
        .start();
  }

  private static void awaitStored(ProtectedCluster cluster, EmbeddedPostgres server) {
    String flushed;
    try (Sql sql = server.sql("postgres")) {
      flushed = sql.value("SELECT pg_current_wal_flush_lsn()");
    }
    Lsn end = Lsn.parse(flushed);
    Journal journal = new Journal(cluster.repository());
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                journal
                    .view()
                    .end(new Timeline(2))
                    .filter(stored -> !stored.isBefore(end))
                    .isPresent());
  }

  /** As a standby without our slot does, promoted or not. */
  private static void removeWal(EmbeddedPostgres server) {
    server.run(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active");
    writeMuch(server);
  }

  /** So much that what no slot keeps is removed. */
  private static void writeMuch(EmbeddedPostgres server) {
    for (int i = 0; i < 6; i++) {
      server.run(
          "CREATE TABLE w" + i + " AS SELECT repeat('x', 500) FROM generate_series(1, 4000)",
          "SELECT pg_switch_wal()",
          "CHECKPOINT");
    }
  }

  private static UnaryOperator<RestoreRequest> on(int timeline) {
    return r -> r.withTimeline(new TimelineChoice.Numbered(new Timeline(timeline)));
  }

  private static void restores(
      ProtectedCluster cluster,
      EmbeddedPostgres live,
      UnaryOperator<RestoreRequest> wish,
      List<String> rows) {
    try (Copy copy = new Copy(cluster.repository())) {
      copy.restore(r -> started(live.binaries()).apply(wish.apply(r)));
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.column("SELECT i FROM t ORDER BY i")).isEqualTo(rows);
      }
    }
  }
}
