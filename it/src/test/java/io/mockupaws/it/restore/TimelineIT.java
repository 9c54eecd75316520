package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.TimelineChoice;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** A cluster that was promoted after its backup. */
class TimelineIT {

  @EveryVersion
  void bothSidesOfAForkAreReachedAndNoTimelineNumberIsUsedTwice(int major) throws IOException {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      live.run("CREATE TABLE t (i int)");
      cluster.backup();
      live.run("INSERT INTO t VALUES (1)");
      Lsn first = cluster.awaitDurable();
      live.run("INSERT INTO t VALUES (2)");
      cluster.awaitDurable();
      promote(live);
      live.run("INSERT INTO t VALUES (3)");
      Lsn third = cluster.awaitDurable();
      live.run("INSERT INTO t VALUES (4)");
      cluster.awaitDurable();

      reached(cluster, live, r -> r, List.of("1", "2", "3", "4"), 2);
      reached(cluster, live, at(third), List.of("1", "2", "3"), 2);
      reached(cluster, live, at(first), List.of("1"), 1);
      reached(
          cluster, live, r -> r.withTimeline(new TimelineChoice.Current()), List.of("1", "2"), 1);
    }
  }

  private static UnaryOperator<RestoreRequest> at(Lsn end) {
    return r -> r.withTarget(new TargetRequest.AtLsn(end.plus(-1)));
  }

  private static void reached(
      ProtectedCluster cluster,
      EmbeddedPostgres live,
      UnaryOperator<RestoreRequest> wish,
      List<String> rows,
      int parent)
      throws IOException {
    try (Copy copy = new Copy(cluster.repository())) {
      RestoreResult result = copy.restore(r -> started(live.binaries()).apply(wish.apply(r)));
      Timeline timeline = result.recovered().orElseThrow().reached().timeline().orElseThrow();
      assertThat(timeline.id()).isEqualTo(3);
      Path history = copy.directory().resolve("pg_wal").resolve(timeline.historyFileName());
      assertThat(
              TimelineHistory.parse(timeline, Files.readString(history))
                  .ancestors()
                  .getLast()
                  .parent()
                  .id())
          .isEqualTo(parent);
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.column("SELECT i FROM t ORDER BY i")).isEqualTo(rows);
      }
    }
  }

  /** Recovery without a target from its own WAL ends on a new timeline. */
  private static void promote(EmbeddedPostgres live) throws IOException {
    live.run("ALTER SYSTEM SET restore_command = '/bin/false'");
    live.stop();
    Path signal = Files.createFile(live.dataDirectory().resolve("recovery.signal"));
    live.user().own(signal);
    live.start();
    try (Sql sql = live.sql("postgres")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> sql.value("SELECT pg_is_in_recovery()").equals("f"));
      assertThat(sql.value("SELECT pg_walfile_name(pg_current_wal_insert_lsn())"))
          .startsWith("00000002");
    }
  }
}
