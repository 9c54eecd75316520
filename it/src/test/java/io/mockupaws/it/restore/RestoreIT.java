package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreIT {
  private static final int PAGE = 8192;

  @EveryVersion
  void theNewestMomentIsReachedAndTheCopyIsHarmless(int major) throws IOException {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE TABLE t (i int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
      cluster.backup();
      live.run(
          "INSERT INTO t SELECT generate_series(2, 1000)",
          "ALTER SYSTEM SET archive_command = 'touch /tmp/should-not-be'",
          "INSERT INTO t VALUES (1001)");
      cluster.awaitDurable();
      live.kill();
      RestoreResult result = copy.restore(started(live.binaries()));
      RestoreResult.Recovered recovered = result.recovered().orElseThrow();
      assertThat(recovered.reached().lsn()).isEqualTo(result.plan().target().recordEnd());
      assertThat(recovered.reached().timeline().orElseThrow().id()).isEqualTo(2);
      assertThat(result.plan().loss().commits()).isZero();
      assertThat(recovered.lost()).isZero();
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(1001);
        assertThat(sql.value("SHOW archive_mode")).isEqualTo("off");
        assertThat(sql.value("SHOW primary_conninfo")).isEmpty();
        assertThat(sql.value("SHOW synchronous_standby_names")).isEmpty();
        assertThat(sql.value("SHOW max_logical_replication_workers")).isEqualTo("0");
        assertThat(sql.value("SHOW listen_addresses")).isEqualTo("localhost");
        assertThat(sql.value("SHOW data_directory")).isEqualTo(copy.directory().toString());
        assertThat(sql.number("SELECT count(*) FROM pg_replication_slots")).isZero();
        sql.run("INSERT INTO t VALUES (1002)");
      }
      assertThat(Files.readString(copy.directory().resolve("postgresql.auto.conf")))
          .doesNotContain("recovery_target", "restore_command");
    }
  }

  @EveryVersion
  void anyPositionIsReachedToTheTransaction(int major) {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      live.run("CREATE TABLE t (i int PRIMARY KEY)");
      cluster.backup();
      List<Lsn> ends = commits(live.login(), 40);
      cluster.awaitDurable();
      for (int kept : List.of(1, 17, 40)) {
        try (Copy copy = new Copy(cluster.repository())) {
          Lsn last = ends.get(kept - 1).plus(-1);
          RestoreResult result =
              copy.restore(
                  r -> started(live.binaries()).apply(r.withTarget(new TargetRequest.AtLsn(last))));
          assertThat(result.recovered().orElseThrow().reached().lsn())
              .isEqualTo(result.plan().target().recordEnd());
          try (Sql sql = copy.sql(live.login(), "postgres")) {
            assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(kept);
          }
        }
      }
    }
  }

  /** Inserts one row a transaction; the position behind each commit. */
  private static List<Lsn> commits(ServerLogin login, int count) {
    List<Lsn> ends = new ArrayList<>();
    try (Sql sql = login.sql("postgres")) {
      for (int i = 1; i <= count; i++) {
        sql.run("INSERT INTO t VALUES (" + i + ")");
        ends.add(Lsn.parse(sql.value("SELECT pg_current_wal_insert_lsn()")));
      }
    }
    return ends;
  }

  @EveryVersion
  void theEndOfABackupIsReachedWithoutWhatCameAfter(int major) throws IOException {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE TABLE t (i int PRIMARY KEY)", "INSERT INTO t VALUES (1)", "CHECKPOINT");
      strew(live);
      cluster.backup();
      live.run("INSERT INTO t VALUES (2)");
      cluster.awaitDurable();
      RestorePlan plan =
          copy.plan(
              r -> started(live.binaries()).apply(r.withTarget(new TargetRequest.BackupEnd())));
      assertThat(plan.loss().commits()).isPositive();
      copy.run(plan);
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.column("SELECT i FROM t")).containsExactly("1");
        assertThat(sql.number("SELECT pg_relation_size('t')")).isEqualTo(PAGE);
      }
      assertStrewnStaysBehind(copy, live);
    }
  }

  /** What must not come along: signals, and a page behind a file that is shorter than full. */
  private static void strew(EmbeddedPostgres live) throws IOException {
    Path data = live.dataDirectory();
    live.user().own(Files.createFile(data.resolve("standby.signal")));
    live.user().own(Files.writeString(data.resolve("recovery.signal"), "the source's"));
    live.user().own(Files.write(behindTheFirst(live, data), new byte[PAGE]));
    try (Sql sql = live.sql("postgres")) {
      assertThat(sql.number("SELECT pg_relation_size('t')")).isEqualTo(2 * PAGE);
    }
  }

  private static Path behindTheFirst(EmbeddedPostgres live, Path data) {
    try (Sql sql = live.sql("postgres")) {
      return data.resolve(sql.value("SELECT pg_relation_filepath('t')") + ".1");
    }
  }

  /** Looked at before a server starts there, which removes signals itself. */
  private static void assertStrewnStaysBehind(Copy copy, EmbeddedPostgres live) throws IOException {
    try (Copy unstarted = copy.beside()) {
      unstarted.restore(r -> r.withTarget(new TargetRequest.BackupEnd()));
      Path data = unstarted.directory();
      assertThat(data.resolve("standby.signal")).doesNotExist();
      assertThat(data.resolve("recovery.signal")).isEmptyFile();
      assertThat(behindTheFirst(live, data)).doesNotExist();
      assertThat(behindTheFirst(live, data).resolveSibling("pg_filenode.map")).exists();
    }
  }

  /** The end of a switch is the end of its segment; segments may be small or large. */
  @ParameterizedTest
  @CsvSource({"15, 1", "16, 2", "17, 16", "18, 64"})
  void aSwitchOfSegmentsIsReachedWhateverTheirSize(int major, int megabytes) {
    try (EmbeddedPostgres live =
            EmbeddedPostgres.builder(major).segmentMegabytes(megabytes).start();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE TABLE t (i int)");
      cluster.backup();
      live.run("INSERT INTO t SELECT generate_series(1, 60000)");
      Lsn end;
      try (Sql sql = live.sql("postgres")) {
        end = Lsn.parse(sql.value("SELECT pg_switch_wal()"));
      }
      live.run("INSERT INTO t VALUES (0)");
      cluster.awaitDurable();
      RestoreResult result =
          copy.restore(
              r ->
                  started(live.binaries())
                      .apply(r.withTarget(new TargetRequest.AtLsn(end.plus(-1)))));
      Lsn reached = result.recovered().orElseThrow().reached().lsn();
      assertThat(reached.segmentOffset(megabytes << 20)).isZero();
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(60000);
      }
    }
  }

  static UnaryOperator<RestoreRequest> started(PostgresBinaries binaries) {
    return request -> request.withBinaries(binaries.folder()).starting();
  }
}
