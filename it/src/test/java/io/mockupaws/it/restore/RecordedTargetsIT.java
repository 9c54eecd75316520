package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.ResolvedTarget;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Targets by transaction, restore point, and with the boundary left out: the record that is planned
 * is the one at which PostgreSQL itself stops, and what comes back is what was there.
 */
class RecordedTargetsIT {

  /** Ids of transactions that end in all the ways there are, and where named points lie. */
  private record Made(
      Lsn begin,
      long plain,
      long early,
      long late,
      long aborted,
      long prepared,
      long droppedPrepared,
      long withSubtransactions,
      long keptSubtransaction,
      long droppedSubtransaction,
      Lsn point) {}

  @EveryVersion
  void endWherePostgresItselfWouldStop(int major) {
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy newest = new Copy(cluster.repository())) {
      live.run(
          "CREATE EXTENSION pg_walinspect",
          "CREATE TABLE t (i int, xid text DEFAULT pg_current_xact_id()::text)",
          "SELECT pg_create_restore_point('release')");
      cluster.backup();
      Made made = work(live);
      EndRecords ends;
      try (Sql sql = live.sql("postgres")) {
        ends = EndRecords.ask(sql, made.begin());
      }
      cluster.awaitDurable();
      everyEndIsPlannedAsItLies(newest, ends, made);
      newest.restore(r -> r.withBinaries(live.binaries().folder()));
      for (long xid : List.of(made.early(), made.prepared())) {
        sameAsPostgres(newest, live, new TargetRequest.AtTransaction(xid, true));
        sameAsPostgres(newest, live, new TargetRequest.AtTransaction(xid, false));
      }
      sameAsPostgres(newest, live, new TargetRequest.AtName("release"));
      assertThat(planned(newest, new TargetRequest.AtName("release")).recordEnd())
          .isEqualTo(made.point());
      Lsn commit = ends.of(made.plain()).start();
      sameAsPostgres(newest, live, new TargetRequest.AtLsn(commit, true));
      sameAsPostgres(newest, live, new TargetRequest.AtLsn(commit, false));
      Instant time = committed(live, made.plain());
      sameAsPostgres(newest, live, new TargetRequest.AtTime(time, true));
      sameAsPostgres(newest, live, new TargetRequest.AtTime(time, false));
      whatEndsNowhereIsRefused(newest, made);
      contents(cluster, live, made, ends);
    }
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .setting("wal_level", "replica")
        .setting("track_commit_timestamp", "on")
        .setting("max_prepared_transactions", "5")
        .start();
  }

  private static Made work(EmbeddedPostgres live) {
    try (Sql one = live.sql("postgres");
        Sql two = live.sql("postgres")) {
      Lsn begin = Lsn.parse(one.value("SELECT pg_current_wal_flush_lsn()"));
      long early = begun(one, "INSERT INTO t VALUES (1)");
      long late = begun(two, "INSERT INTO t VALUES (2)");
      two.run("COMMIT", "INSERT INTO t VALUES (3)");
      one.run("COMMIT");
      long aborted = begun(one, "INSERT INTO t VALUES (4)");
      one.run("ROLLBACK");
      long prepared = begun(one, "INSERT INTO t VALUES (5)");
      one.run("PREPARE TRANSACTION 'a'", "INSERT INTO t VALUES (6)", "COMMIT PREPARED 'a'");
      long dropped = begun(one, "INSERT INTO t VALUES (7)");
      one.run("PREPARE TRANSACTION 'b'", "INSERT INTO t VALUES (8)", "ROLLBACK PREPARED 'b'");
      Lsn point = Lsn.parse(one.value("SELECT pg_create_restore_point('release')"));
      long subs = begun(one, "INSERT INTO t VALUES (9)");
      one.run("SAVEPOINT s", "INSERT INTO t VALUES (10)");
      long gone = one.number("SELECT xmin FROM t WHERE i = 10");
      one.run("ROLLBACK TO s", "INSERT INTO t VALUES (11)");
      long kept = one.number("SELECT xmin FROM t WHERE i = 11");
      one.run("COMMIT");
      one.run("SELECT pg_create_restore_point('release')");
      long plain = begun(one, "INSERT INTO t VALUES (12)");
      one.run("COMMIT", "INSERT INTO t VALUES (13)");
      return new Made(
          begin, plain, early, late, aborted, prepared, dropped, subs, kept, gone, point);
    }
  }

  private static long begun(Sql sql, String statement) {
    sql.run("BEGIN", statement);
    return sql.number("SELECT pg_current_xact_id()");
  }

  private static ResolvedTarget planned(Copy copy, TargetRequest target) {
    try (Copy other = copy.beside()) {
      return other.plan(r -> r.withTarget(target)).target();
    }
  }

  private static void everyEndIsPlannedAsItLies(Copy newest, EndRecords ends, Made made) {
    assertThat(ends.all()).hasSizeGreaterThan(11);
    assertThat(ends.all().stream().filter(end -> !end.committed()).map(EndRecords.End::xid))
        .contains(made.aborted(), made.droppedPrepared(), made.droppedSubtransaction());
    for (EndRecords.End end : ends.all()) {
      if (end.xid() != 0 && !end.committed()) {
        assertThat(refused(newest, end.xid())).isEqualTo(ErrorCode.TARGET_ROLLED_BACK);
      } else if (end.xid() != 0) {
        ResolvedTarget kept = planned(newest, new TargetRequest.AtTransaction(end.xid(), true));
        assertThat(kept.recordStart()).isEqualTo(end.start());
        assertThat(kept.notes()).isEmpty();
        assertThat(planned(newest, new TargetRequest.AtTransaction(end.xid(), false)).recordStart())
            .isEqualTo(end.previous());
      }
      assertThat(planned(newest, new TargetRequest.AtLsn(end.start(), false)).recordStart())
          .isEqualTo(end.previous());
    }
  }

  private static ErrorCode refused(Copy newest, long xid) {
    TargetRequest target = new TargetRequest.AtTransaction(xid, true);
    Failure failure = catchThrowableOfType(Failure.class, () -> planned(newest, target));
    assertThat(failure.what()).contains("what can be recovered on timeline ", " to ");
    return failure.code();
  }

  private static void sameAsPostgres(Copy newest, EmbeddedPostgres live, TargetRequest target) {
    Map<String, String> settings =
        switch (target) {
          case TargetRequest.AtTransaction(long xid, boolean inclusive) ->
              settings("xid", Long.toString(xid), inclusive);
          case TargetRequest.AtName(String name) -> settings("name", name, true);
          case TargetRequest.AtLsn(Lsn lsn, boolean inclusive) ->
              settings("lsn", lsn.toString(), inclusive);
          case TargetRequest.AtTime(Instant time, boolean inclusive) ->
              settings("time", time.toString().replace("Z", "+00"), inclusive);
          case TargetRequest.Latest _, TargetRequest.BackupEnd _ -> Map.of();
        };
    Lsn theirs = NativeRecovery.end(live, newest.directory(), settings);
    assertThat(planned(newest, target).recordEnd()).as(target.toString()).isEqualTo(theirs);
  }

  private static Map<String, String> settings(String kind, String value, boolean inclusive) {
    return Map.of(
        "recovery_target_" + kind, value, "recovery_target_inclusive", inclusive ? "on" : "off");
  }

  private static Instant committed(EmbeddedPostgres live, long xid) {
    try (Sql sql = live.sql("postgres")) {
      return Instant.EPOCH.plus(
          sql.number(
              "SELECT (extract(epoch FROM pg_xact_commit_timestamp('%d'::xid)) * 1000000)::bigint"
                  .formatted(xid)),
          ChronoUnit.MICROS);
    }
  }

  private static void whatEndsNowhereIsRefused(Copy newest, Made made) {
    List<TargetRequest> none = new ArrayList<>();
    none.add(new TargetRequest.AtTransaction(made.keptSubtransaction(), true));
    none.add(new TargetRequest.AtTransaction(made.plain() + 1000, true));
    none.add(new TargetRequest.AtTransaction((1L << 32) + made.plain(), true));
    none.add(new TargetRequest.AtTransaction(3, false));
    none.add(new TargetRequest.AtName("no such point"));
    for (TargetRequest target : none) {
      Failure failure = catchThrowableOfType(Failure.class, () -> planned(newest, target));
      assertThat(failure.code()).as(target.toString()).isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
    }
    assertThat(planned(newest, new TargetRequest.AtName("release")).notes())
        .as("one of the name before the backup's end, one behind the target")
        .hasSize(1);
  }

  /** What is there, and what is only prepared, on real servers. */
  private static void contents(
      ProtectedCluster cluster, EmbeddedPostgres live, Made made, EndRecords ends) {
    restored(cluster, live, ends, new TargetRequest.AtTransaction(made.late(), true), "0");
    restored(cluster, live, ends, new TargetRequest.AtTransaction(made.early(), false), "0");
    restored(cluster, live, ends, new TargetRequest.AtTransaction(made.prepared(), false), "1");
    restored(cluster, live, ends, new TargetRequest.AtTransaction(made.prepared(), true), "0");
    restored(cluster, live, ends, new TargetRequest.AtName("release"), "0");
    restored(
        cluster, live, ends, new TargetRequest.AtTime(committed(live, made.plain()), false), "0");
  }

  private static void restored(
      ProtectedCluster cluster,
      EmbeddedPostgres live,
      EndRecords ends,
      TargetRequest target,
      String prepared) {
    try (Copy copy = new Copy(cluster.repository())) {
      RestoreResult result =
          copy.restore(r -> started(live.binaries()).apply(r.withTarget(target)));
      Lsn reached = result.recovered().orElseThrow().reached().lsn();
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(new TreeSet<>(sql.column("SELECT i FROM t")))
            .as(target.toString())
            .isEqualTo(ends.rowsAt(reached));
        assertThat(sql.value("SELECT count(*) FROM pg_prepared_xacts")).isEqualTo(prepared);
      }
    }
  }
}
