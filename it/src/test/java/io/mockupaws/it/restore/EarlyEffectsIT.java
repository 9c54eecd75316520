package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.history.Event;
import io.mockupaws.core.history.EventKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.PostgresFailure;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.history.Catalogues;
import io.mockupaws.engine.history.History;
import io.mockupaws.engine.history.HistoryRequest;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands that touch files before they commit: just before the commit nothing of them is there,
 * and a database whose DROP never committed is told as lost and comes back.
 */
class EarlyEffectsIT {
  private static final int SEGMENT = 16 << 20;

  @TempDir Path places;

  /**
   * The server is killed, and its WAL ends between the record that took the files away and the
   * commit: started again it has the half of a DROP DATABASE behind it.
   */
  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void aDatabaseWhoseDropNeverCommittedIsToldAndComesBack(int major) throws IOException {
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository());
        Copy later = copy.beside()) {
      live.run("CREATE EXTENSION pg_walinspect", "CREATE DATABASE d", "CREATE TABLE kept (i int)");
      try (Sql sql = live.sql("d")) {
        sql.run("CREATE TABLE t AS SELECT n FROM generate_series(1, 100) n");
      }
      cluster.backup();
      new Catalogues(cluster.repository()).keep(ServerAddress.parse(live.login().url("postgres")));
      live.run("INSERT INTO kept VALUES (1)");
      cluster.awaitDurable();
      cluster.stopStreaming();
      Instant beforeTheDrop = now(live);
      Lsn commit = dropped(live);
      live.kill();
      endWalAt(live, commit);
      live.start();
      Instant afterTheCrash = now(live);
      live.run("SELECT pg_sleep(0.05)", "INSERT INTO kept VALUES (2)");
      try (Sql sql = live.sql("postgres")) {
        assertThat(databaseFiles(sql)).as("a database has no files").isEqualTo(-1);
      }
      cluster.resumeStreaming();
      cluster.awaitDurable();

      Event event = onlyLoss(cluster);
      assertThat(event.subject()).isEqualTo("d");
      // the server's own mark of time there is in whole seconds
      assertThat(event.time())
          .isBetween(beforeTheDrop.truncatedTo(ChronoUnit.SECONDS), afterTheCrash);
      assertThat(new History(cluster.repository()).find(event.id(), Optional.empty()))
          .isEqualTo(event);
      isThereAt(copy, live, r -> r.withTarget(new TargetRequest.AtLsn(event.first(), false)));
      UnaryOperator<RestoreRequest> byTime =
          r -> r.withTarget(new TargetRequest.AtTime(afterTheCrash, true));
      assertThat(later.plan(byTime).target().notes()).anyMatch(n -> n.contains("DROP DATABASE"));
      isThereAt(later, live, byTime);

      live.run("DROP DATABASE d");
      cluster.awaitDurable();
      assertThat(losses(cluster)).extracting(Event::first).containsOnly(event.first()).hasSize(2);
    }
  }

  /**
   * A session that does not answer holds the DROP up between its mark and the removal of files:
   * what others commit meanwhile is kept, and the plan says how the database is let in again.
   */
  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void commitsOfOthersWithinADropAreKeptAndThePlanTellsOfTheMark(int major) throws Exception {
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE DATABASE d", "CREATE DATABASE cancelled", "CREATE TABLE kept (i int)");
      try (Sql sql = live.sql("d")) {
        sql.run("CREATE TABLE t AS SELECT n FROM generate_series(1, 100) n");
      }
      cluster.backup();
      new Catalogues(cluster.repository()).keep(ServerAddress.parse(live.login().url("postgres")));
      live.run("INSERT INTO kept VALUES (1)");
      Instant within = slowly(live, "d");
      assertThat(lossesSoFar(cluster)).extracting(Event::subject).containsExactly("d");
      cancelled(live, "cancelled");
      assertThat(lossesSoFar(cluster)).extracting(Event::subject).containsExactly("d", "cancelled");

      RestorePlan plan =
          copy.plan(
              r ->
                  started(live.binaries())
                      .apply(r.withTarget(new TargetRequest.AtTime(within, true))));
      String told =
          plan.target().notes().stream()
              .filter(n -> n.contains("UPDATE"))
              .findFirst()
              .orElseThrow();
      copy.run(plan);
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.column("SELECT i FROM kept ORDER BY i")).containsExactly("1", "2");
        sql.run(told.substring(told.indexOf("UPDATE")));
      }
      try (Sql sql = copy.sql(live.login(), "d")) {
        assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(100);
      }
    }
  }

  /** A moment between two commits that were made while the database was being dropped. */
  private static Instant slowly(EmbeddedPostgres live, String database) throws Exception {
    try (Sql held = live.sql("postgres")) {
      long pid = held.number("SELECT pg_backend_pid()");
      signal("-STOP", pid);
      Thread drop = dropping(live, database);
      live.run("INSERT INTO kept VALUES (2)", "SELECT pg_sleep(0.05)");
      Instant within = now(live);
      live.run("SELECT pg_sleep(0.05)", "INSERT INTO kept VALUES (3)");
      signal("-CONT", pid);
      drop.join();
      return within;
    }
  }

  private static void cancelled(EmbeddedPostgres live, String database) throws Exception {
    try (Sql held = live.sql("postgres")) {
      long pid = held.number("SELECT pg_backend_pid()");
      signal("-STOP", pid);
      Thread drop = dropping(live, database);
      live.run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DROP DATA%'");
      drop.join();
      signal("-CONT", pid);
    }
  }

  /** Returns when the database is marked. */
  private static Thread dropping(EmbeddedPostgres live, String database) {
    Thread drop =
        Thread.startVirtualThread(
            () -> {
              try {
                live.run("DROP DATABASE " + database);
              } catch (PostgresFailure e) {
                // cancelled, as it was to be
              }
            });
    try (Sql sql = live.sql("postgres")) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  sql.number(
                          "SELECT datconnlimit FROM pg_database WHERE datname = '" + database + "'")
                      == -2);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  sql.value(
                          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DROP DATA%'"
                              + " AND wait_event = 'ProcSignalBarrier'")
                      .equals("1"));
    }
    return drop;
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", name, Long.toString(pid)).start().waitFor()).isZero();
  }

  private static List<Event> lossesSoFar(ProtectedCluster cluster) {
    cluster.awaitDurable();
    return losses(cluster);
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major).setting("autovacuum", "off").start();
  }

  /** Where the commit of the DROP begins. */
  private static Lsn dropped(EmbeddedPostgres live) {
    try (Sql sql = live.sql("postgres")) {
      Lsn before = Lsn.parse(sql.value("SELECT pg_current_wal_insert_lsn()"));
      sql.run("DROP DATABASE d");
      return Lsn.parse(
          sql.value(
              """
              SELECT start_lsn FROM pg_get_wal_records_info('%s', pg_current_wal_flush_lsn())
               WHERE resource_manager = 'Transaction' AND record_type = 'COMMIT'
              """
                  .formatted(before)));
    }
  }

  private static void endWalAt(EmbeddedPostgres live, Lsn end) throws IOException {
    Path file =
        live.dataDirectory()
            .resolve("pg_wal/" + SegmentName.containing(new Timeline(1), end, SEGMENT));
    try (RandomAccessFile wal = new RandomAccessFile(file.toFile(), "rw")) {
      int at = (int) (end.value() % SEGMENT);
      wal.seek(at);
      wal.write(new byte[SEGMENT - at]);
    }
  }

  private static Instant now(EmbeddedPostgres live) {
    try (Sql sql = live.sql("postgres")) {
      return Instant.ofEpochMilli(
          sql.number("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"));
    }
  }

  private static List<Event> losses(ProtectedCluster cluster) {
    return new History(cluster.repository())
        .read(HistoryRequest.everything()).events().stream()
            .filter(event -> event.kind().isLoss())
            .toList();
  }

  private static Event onlyLoss(ProtectedCluster cluster) {
    List<Event> losses = losses(cluster);
    assertThat(losses).extracting(Event::kind).containsExactly(EventKind.DATABASE_DROPPED);
    return losses.getFirst();
  }

  private static void isThereAt(
      Copy copy, EmbeddedPostgres live, UnaryOperator<RestoreRequest> target) {
    copy.restore(r -> started(live.binaries()).apply(target.apply(r)));
    try (Sql sql = copy.sql(live.login(), "postgres")) {
      assertThat(sql.column("SELECT i FROM kept")).containsExactly("1");
      assertThat(sql.number("SELECT datconnlimit FROM pg_database WHERE datname = 'd'"))
          .isEqualTo(-1);
    }
    try (Sql sql = copy.sql(live.login(), "d")) {
      assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(100);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void justBeforeItsCommitNothingIsLeftOfWhatTouchesFiles(int major) throws IOException {
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      Files.setPosixFilePermissions(places, PosixFilePermissions.fromString("rwx--x--x"));
      for (String space : List.of("a", "b", "c")) {
        live.user().own(Files.createDirectory(places.resolve(space)));
      }
      live.run(space("b"), space("c"), "CREATE DATABASE moved");
      cluster.backup();
      long creates = run(live, space("a"));
      long copies = run(live, "CREATE DATABASE made STRATEGY FILE_COPY");
      long drops = run(live, "DROP TABLESPACE b");
      long moves = run(live, "ALTER DATABASE moved SET TABLESPACE c");
      Instant behindTheMove = now(live);
      live.run("SELECT pg_sleep(0.05)", "CREATE TABLE t (i int)");
      cluster.awaitDurable();

      without(cluster, live, creates, "CREATE TABLESPACE", sql -> {});
      without(cluster, live, copies, "files of a database", sql -> {});
      without(
          cluster,
          live,
          drops,
          "DROP TABLESPACE",
          sql -> sql.run("CREATE TABLE t () TABLESPACE b"));
      without(
          cluster,
          live,
          moves,
          "files of a database",
          sql -> sql.run("ALTER DATABASE moved SET TABLESPACE c"));
      try (Copy copy = new Copy(cluster.repository())) {
        RestorePlan plan =
            copy.plan(r -> r.withTarget(new TargetRequest.AtTime(behindTheMove, true)));
        assertThat(plan.target().notes()).as("a move that was committed").isEmpty();
      }
    }
  }

  private String space(String name) {
    return "CREATE TABLESPACE " + name + " LOCATION '" + places.resolve(name) + "'";
  }

  /** The transaction's id. */
  private static long run(EmbeddedPostgres live, String statement) {
    try (Sql sql = live.sql("postgres")) {
      long xid = sql.number("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
      sql.run(statement);
      return xid;
    }
  }

  private interface Asked {
    void of(Sql sql);
  }

  private static void without(
      ProtectedCluster cluster, EmbeddedPostgres live, long xid, String note, Asked asked) {
    try (Copy copy = new Copy(cluster.repository())) {
      RestorePlan plan =
          copy.plan(
              r ->
                  started(live.binaries())
                      .apply(r.withTarget(new TargetRequest.AtTransaction(xid, false))));
      assertThat(plan.target().notes()).anyMatch(told -> told.contains(note));
      copy.run(plan);
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.number("SELECT count(*) FROM pg_ls_dir('pg_tblspc')"))
            .isEqualTo(sql.number("SELECT count(*) - 2 FROM pg_tablespace"));
        assertThat(databaseFiles(sql)).as("directories that no database has").isZero();
        asked.of(sql);
      }
    }
  }

  /** How many directories there are more than databases in the default tablespace. */
  private static long databaseFiles(Sql sql) {
    return sql.number(
        """
        SELECT (SELECT count(*) FROM pg_ls_dir('base') d WHERE d ~ '^[0-9]+$')
               - (SELECT count(*) FROM pg_database WHERE dattablespace = 1663)
        """);
  }
}
