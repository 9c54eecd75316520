package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A timeline that forks inside a segment: its first file holds pages of the one before. */
class TimelineIT {

  @EveryVersion
  void readsOnOverAFork(int major) throws Exception {
    try (EmbeddedPostgres server =
        Workload.server(major, 1).setting("restore_command", "/bin/false").start()) {
      server.run(
          "CREATE EXTENSION pg_walinspect",
          "CREATE TABLE t AS SELECT generate_series(1, 100000) AS a");
      server.stop();
      Path signal = Files.createFile(server.dataDirectory().resolve("standby.signal"));
      server.user().own(signal);
      server.start();
      server.run("SELECT pg_promote()");
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> promoted(server));
      server.run("INSERT INTO t SELECT generate_series(1, 100000)", "CHECKPOINT");

      WalRows ours = WalRows.read(server.dataDirectory(), new Timeline(2));

      Lsn first = ours.walk.firstRecord().orElseThrow();
      Lsn end = ours.walk.lastWhole().orElseThrow().end();
      try (Sql sql = server.sql("postgres")) {
        WalRows.assertSame(ours.rows, WalInspectIT.inspect(sql, first, end));
      }
      String text = Files.readString(server.dataDirectory().resolve("pg_wal/00000002.history"));
      TimelineHistory history = TimelineHistory.parse(new Timeline(2), text);
      assertThat(history.format()).isEqualTo(text);
      assertThat(history.begin()).isBetween(first, end);
      assertThat(ours.rows).anyMatch(row -> row.end().equals(history.begin()));
      assertThat(ours.events)
          .anySatisfy(
              event ->
                  assertThat(event)
                      .isInstanceOfSatisfying(
                          WalEvent.EndOfRecovery.class,
                          turn -> assertThat(turn.previousTimeline()).isEqualTo(new Timeline(1))));
      assertThat(WalRows.read(server.dataDirectory(), new Timeline(1)).walk.state())
          .isInstanceOf(WalState.Ended.class);
      ControlFile file =
          ControlFile.parse(
              Files.readAllBytes(server.dataDirectory().resolve("global/pg_control")));
      assertThat(file.lastCheckpoint().timeline()).isEqualTo(new Timeline(2));
    }
  }

  private static boolean promoted(EmbeddedPostgres server) {
    try (Sql sql = server.sql("postgres")) {
      return sql.value("SELECT pg_is_in_recovery()").equals("f");
    }
  }
}
