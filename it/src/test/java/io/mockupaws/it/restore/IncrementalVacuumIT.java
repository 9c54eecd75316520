package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Kind;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Incremental backups of a server that cleans up by itself, and of tables that shrink and grow. */
class IncrementalVacuumIT {
  private static final int PAGES = 2000;

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .checksums(major != 16)
        .segmentMegabytes(4)
        .setting("wal_level", "replica")
        .setting("autovacuum", "off")
        .setting("autovacuum_naptime", "1s")
        .setting("autovacuum_vacuum_threshold", "1")
        .setting("autovacuum_vacuum_scale_factor", "0")
        .setting("autovacuum_vacuum_insert_threshold", "1")
        .setting("autovacuum_vacuum_insert_scale_factor", "0")
        .setting("autovacuum_vacuum_cost_delay", "0")
        .setting("vacuum_freeze_min_age", "0")
        .start();
  }

  @EveryVersion
  void isWhatTheFullOneBecomesBesideAutovacuum(int major) {
    long seed = System.nanoTime();
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      RandomChanges changes = new RandomChanges(live, seed);
      changes.prepare();
      // one row a page
      live.run(
          "CREATE TABLE wide (n int, t text) WITH (fillfactor = 10)",
          "INSERT INTO wide SELECT n, repeat('w', 700) FROM generate_series(1, %d) n"
              .formatted(PAGES),
          "VACUUM (FREEZE) wide",
          // beside its workers rows would be frozen later, by them: all pages would change again
          "ALTER SYSTEM SET autovacuum = on",
          "SELECT pg_reload_conf()");
      List<BackupResult> taken = new ArrayList<>();
      UntouchedPages since = new UntouchedPages(live);
      for (int round = 0; round < 4; round++) {
        boolean isLast = round == 3;
        if (isLast) {
          // what a recovery from the last one serves is compared, and stays as it is then
          live.run("ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()");
          awaitNoAutovacuum(live);
        }
        Reading reading = (major + round) % 2 == 0 ? Reading.SQL : Reading.DIRECT;
        Kind kind = round == 0 ? Kind.FULL : Kind.INCREMENTAL;
        try (Busy busy = new Busy(live)) {
          busy.awaitRound();
          taken.add(
              cluster.backup(new BackupRequest(reading, 2, true).as(kind), BackupProgress.none()));
        }
        if (round > 0) {
          assertReadWhatChanged(since, taken, "seed " + seed + ", " + taken);
        }
        since = new UntouchedPages(live);
        shrinkAndGrow(live, round);
        changes.steps(20);
        if (!isLast) {
          awaitAutovacuum(live);
        }
      }
      String about = "seed " + seed + ", " + taken;
      for (int i = 1; i < taken.size(); i++) {
        assertThat(taken.get(i).base()).as(about).contains(taken.get(i - 1).id());
      }
      Equivalence.mark(live);
      cluster.awaitDurable();
      Equivalence.assertEquivalentBesideAutovacuum(cluster, live, taken, about);
    }
  }

  /** Little beside what changed, however much that was. */
  private static void assertReadWhatChanged(
      UntouchedPages since, List<BackupResult> taken, String about) {
    BackupResult last = taken.getLast();
    long untouched = since.bytesFromBefore(taken.get(taken.size() - 2).start());
    assertThat(untouched).as(about).isGreaterThan(10 << 20);
    assertThat(last.readBytes()).as(about).isLessThan((last.bytes() - untouched) * 11 / 10);
  }

  /** Cut off nearly whole, or half, and made longer again; a page becomes empty in the middle. */
  private static void shrinkAndGrow(EmbeddedPostgres live, int round) {
    int from = round % 2 == 0 ? 3 : PAGES / 2;
    live.run(
        "DELETE FROM wide WHERE n > " + from,
        "VACUUM (TRUNCATE) wide",
        "INSERT INTO wide SELECT n, repeat('%d', 700) FROM generate_series(%d, %d) n"
            .formatted(round, from + 1, PAGES),
        "DELETE FROM wide WHERE n = " + (from + 1));
  }

  /** Returns when neither its launcher nor a worker is there. */
  private static void awaitNoAutovacuum(EmbeddedPostgres live) {
    try (Sql sql = live.sql("postgres")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  sql.number(
                          "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE"
                              + " 'autovacuum%'")
                      == 0);
    }
  }

  /** Returns when tables have been cleaned up that were not before. */
  private static void awaitAutovacuum(EmbeddedPostgres live) {
    try (Sql sql = live.sql("postgres")) {
      String count = "SELECT sum(autovacuum_count) FROM pg_stat_all_tables";
      long before = sql.number(count);
      sql.run("UPDATE large SET n = n WHERE n < 100");
      await().atMost(Duration.ofSeconds(60)).until(() -> sql.number(count) > before);
    }
  }
}
