package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** A moment just before a database was dropped has the database, however the moment is named. */
class DroppedDatabaseIT {

  @EveryVersion
  void itIsThereBeforeTheDropCommits(int major) {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE DATABASE d", "CREATE TABLE kept (i int)");
      try (Sql sql = live.sql("d")) {
        sql.run("CREATE TABLE t AS SELECT n FROM generate_series(1, 100) n");
      }
      cluster.backup();
      live.run("INSERT INTO kept VALUES (1)", "SELECT pg_sleep(0.05)");
      Instant before;
      long xid;
      try (Sql sql = live.sql("postgres")) {
        before =
            Instant.ofEpochMilli(
                sql.number("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)"));
        sql.run("SELECT pg_sleep(0.05)");
        xid = sql.number("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
        sql.run("DROP DATABASE d");
        sql.run("INSERT INTO kept VALUES (2)");
      }
      cluster.awaitDurable();

      UnaryOperator<RestoreRequest> byTime =
          r -> r.withTarget(new TargetRequest.AtTime(before, true));
      RestorePlan plan = copy.plan(byTime);
      RestorePlan byTransaction =
          copy.plan(r -> r.withTarget(new TargetRequest.AtTransaction(xid, false)));
      assertThat(byTransaction.target().recordStart()).isEqualTo(plan.target().recordStart());
      assertThat(plan.target().notes()).anyMatch(note -> note.contains("DROP DATABASE"));
      assertThat(plan.target().commitsLost()).isGreaterThanOrEqualTo(2);

      copy.restore(r -> started(live.binaries()).apply(byTime.apply(r)));
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.column("SELECT i FROM kept")).containsExactly("1");
        assertThat(sql.number("SELECT datconnlimit FROM pg_database WHERE datname = 'd'"))
            .isEqualTo(-1);
      }
      try (Sql sql = copy.sql(live.login(), "d")) {
        assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(100);
      }
    }
  }
}
