package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import java.nio.file.Files;
import java.util.List;

/** A crash that loses the end of a record: what is read is what the server reads. */
class BrokenOffRecordIT {
  private static final int SEGMENT = 1 << 20;
  private static final int LONG = 300_000;

  @EveryVersion
  void passesOverIt(int major) throws Exception {
    try (EmbeddedPostgres server = Workload.server(major, 1).start()) {
      server.run("CREATE EXTENSION pg_walinspect", "CREATE TABLE t (a int)");
      writeOverTwoSegments(server);
      Lsn broken =
          WalRows.read(server.dataDirectory(), new Timeline(1)).rows.stream()
              .filter(row -> row.length() > LONG)
              .map(WalRows.Row::start)
              .findFirst()
              .orElseThrow();
      String lost;
      try (Sql sql = server.sql("postgres")) {
        lost = sql.value("SELECT pg_walfile_name(pg_current_wal_insert_lsn())");
      }
      server.stopImmediately();
      Files.delete(server.dataDirectory().resolve("pg_wal/" + lost));
      server.start();
      server.run("INSERT INTO t SELECT generate_series(1, 1000)", "CHECKPOINT");

      WalRows ours = WalRows.read(server.dataDirectory(), new Timeline(1));

      List<WalEvent.BrokenOffRecord> events =
          ours.events.stream()
              .filter(WalEvent.BrokenOffRecord.class::isInstance)
              .map(WalEvent.BrokenOffRecord.class::cast)
              .toList();
      assertThat(events).hasSize(1);
      assertThat(events.getFirst().broken()).isEqualTo(broken);
      assertThat(ours.rows).noneMatch(row -> row.start().equals(broken));
      Lsn first = ours.walk.firstRecord().orElseThrow();
      Lsn end = ours.walk.lastWhole().orElseThrow().end();
      try (Sql sql = server.sql("postgres")) {
        List<WalRows.Row> theirs = WalInspectIT.inspect(sql, first, end);
        WalRows.assertSame(ours.rows, theirs);
      }
    }
  }

  /** A record that begins near the end of a segment and goes on in the next one. */
  private static void writeOverTwoSegments(EmbeddedPostgres server) {
    try (Sql sql = server.sql("postgres")) {
      while (true) {
        Lsn at = Lsn.parse(sql.value("SELECT pg_current_wal_insert_lsn()"));
        int left = SEGMENT - at.segmentOffset(SEGMENT);
        boolean near = left > 20_000 && left < 100_000;
        int length = near ? LONG : left > 120_000 ? 50_000 : 10_000;
        sql.run("SELECT pg_logical_emit_message(true, 'm', repeat('x', " + length + "))");
        if (near) {
          return;
        }
      }
    }
  }
}
