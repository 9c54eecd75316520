package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.ResolvedTarget;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.it.support.EveryVersion;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Times and positions are resolved as the server itself tells of its commits. */
class TargetIT {
  private static final Timeline FIRST = new Timeline(1);

  @TempDir Path spool;

  private record Known(long xid, Instant time) {}

  @EveryVersion
  void timesBetweenNeighbouringCommits(int major) {
    try (StreamFixture it =
            new StreamFixture(
                EmbeddedPostgres.builder(major)
                    .segmentMegabytes(1)
                    .setting("track_commit_timestamp", "on")
                    .start(),
                spool,
                1);
        JournalStream stream = it.streaming()) {
      it.server.run("CHECKPOINT");
      Lsn start = it.flushed();
      Instant startTime = Instant.now().minusSeconds(1);
      List<Known> commits = new ArrayList<>();
      try (Sql sql = it.server.sql("postgres")) {
        for (int i = 0; i < 400; i++) {
          sql.run(
              "BEGIN",
              "INSERT INTO t (x) SELECT repeat('" + i % 10 + "', 600) FROM generate_series(1, 12)");
          long xid = sql.number("SELECT pg_current_xact_id()::text::bigint");
          sql.run("COMMIT");
          Instant time =
              Instant.EPOCH.plus(
                  sql.number(
                      "SELECT (extract(epoch FROM pg_xact_commit_timestamp('"
                          + xid
                          + "'::xid)) * 1000000)::bigint"),
                  ChronoUnit.MICROS);
          commits.add(new Known(xid, time));
        }
      }
      it.awaitStored(stream, it.flushed());
      Journal journal = new Journal(it.cluster);
      JournalView view = journal.view();
      assertThat(view.stretches(FIRST).getFirst().bytes()).isGreaterThan(3 << 20);
      ManifestHead backup = backup(start, startTime);
      for (int i = 0; i < commits.size() - 1; i += 7) {
        Instant between = commits.get(i + 1).time().minus(1, ChronoUnit.MICROS);
        ResolvedTarget target =
            journal.resolve(view, new TargetRequest.AtTime(between), FIRST, backup);
        assertThat(target.lastCommit().orElseThrow().xid()).isEqualTo(commits.get(i).xid());
        assertThat(target.reachedTime()).contains(commits.get(i).time());
        assertThat(target.commitsLost()).isEqualTo(commits.size() - 1 - i);
        ResolvedTarget exact =
            journal.resolve(view, new TargetRequest.AtTime(commits.get(i).time()), FIRST, backup);
        assertThat(exact.lastCommit().orElseThrow().xid()).isEqualTo(commits.get(i).xid());
        Lsn commit = target.lastCommit().orElseThrow().start();
        ResolvedTarget byLsn =
            journal.resolve(view, new TargetRequest.AtLsn(commit), FIRST, backup);
        assertThat(byLsn.recordStart()).isEqualTo(commit);
        assertThat(byLsn.lastCommit()).isEqualTo(target.lastCommit());
      }
      ResolvedTarget latest = journal.resolve(view, new TargetRequest.Latest(), FIRST, backup);
      assertThat(latest.lastCommit().orElseThrow().xid()).isEqualTo(commits.getLast().xid());
      assertThat(latest.commitsLost()).isZero();
      Failure future =
          catchThrowableOfType(
              Failure.class,
              () ->
                  journal.resolve(
                      view,
                      new TargetRequest.AtTime(Instant.now().plusSeconds(60)),
                      FIRST,
                      backup));
      assertThat(future.code()).isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
      Failure past =
          catchThrowableOfType(
              Failure.class,
              () ->
                  journal.resolve(
                      view, new TargetRequest.AtTime(startTime.minusSeconds(60)), FIRST, backup));
      assertThat(past.code()).isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
    }
  }

  private static ManifestHead backup(Lsn at, Instant time) {
    return new ManifestHead(
        new BackupId("20260407T120000Z-full-1a2b"),
        BackupKind.FULL,
        "test",
        1,
        150000,
        FIRST,
        at.segmentStart(1 << 20),
        at,
        time,
        time,
        1 << 20,
        8192,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(),
        0,
        0,
        0,
        List.of());
  }
}
