package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PgTimestamp;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All records are those that pg_walinspect tells, and commit times those of the server. */
class WalInspectIT {
  private static final Timeline FIRST = new Timeline(1);

  @ParameterizedTest
  @CsvSource({"15, 1, 3", "16, 16, 17", "17, 1, 3", "18, 4, 5"})
  void showsWhatTheServerShows(int major, int segmentMegabytes, int longRecordMegabytes)
      throws Exception {
    try (EmbeddedPostgres server = Workload.server(major, segmentMegabytes).start()) {
      server.run("CREATE EXTENSION pg_walinspect");
      new Workload(server).everything(longRecordMegabytes);
      WalRows.Row last;
      try (Sql sql = server.sql("postgres")) {
        List<BlockBytes> bytes = new ArrayList<>();
        WalRows ours =
            WalRows.read(server.dataDirectory(), FIRST, record -> BlockBytes.of(record, bytes));
        last = ours.rows.getLast();
        Lsn first = ours.walk.firstRecord().orElseThrow();
        flush(sql);
        WalRows.assertSame(ours.rows, inspect(sql, first, last.end()));
        assertThat(ours.rows.stream().map(WalRows.Row::manager).distinct())
            .containsExactlyInAnyOrderElementsOf(EveryKind.RESOURCE_MANAGERS);
        if (major >= 16) {
          BlockBytes.assertSame(bytes, BlockBytes.inspect(sql, first, last.end()));
        }
        commitTimesAreTheServers(sql, ours);
        eventsAreAllThere(ours);
      }
    }
  }

  /** The extension shows what is flushed; the files hold what is written, which may be more. */
  private static void flush(Sql sql) {
    sql.run("SELECT pg_logical_emit_message(true, 'flush', 'all that is before')");
  }

  static List<WalRows.Row> inspect(Sql sql, Lsn from, Lsn to) throws SQLException {
    List<WalRows.Row> rows = new ArrayList<>();
    String query =
        "SELECT start_lsn, end_lsn, prev_lsn, xid, resource_manager, record_length,"
            + " main_data_length, block_ref FROM pg_get_wal_records_info('%s', '%s')"
                .formatted(from, to);
    try (Statement statement = sql.connection().createStatement();
        ResultSet results = statement.executeQuery(query)) {
      while (results.next()) {
        String references = results.getString(8);
        rows.add(
            new WalRows.Row(
                Lsn.parse(results.getString(1)),
                Lsn.parse(results.getString(2)),
                Lsn.parse(results.getString(3)),
                results.getLong(4),
                results.getString(5),
                results.getLong(6),
                results.getLong(7),
                references == null ? "" : WalRows.blocks(references)));
      }
    }
    return rows;
  }

  /** Those that the server still knows: since the last epoch of pg_commit_ts. */
  private static void commitTimesAreTheServers(Sql sql, WalRows ours) throws SQLException {
    Map<Long, Long> theirs = new TreeMap<>();
    String query =
        "SELECT x, (extract(epoch FROM t) * 1000000 - 946684800000000)::bigint FROM ("
            + "SELECT x, pg_xact_commit_timestamp(x::text::xid) AS t"
            + " FROM generate_series((SELECT oldest_commit_ts_xid::text::int FROM"
            + " pg_control_checkpoint()), pg_snapshot_xmin(pg_current_snapshot())::text::int - 1)"
            + " AS x) AS all_times WHERE t IS NOT NULL";
    try (Statement statement = sql.connection().createStatement();
        ResultSet results = statement.executeQuery(query)) {
      while (results.next()) {
        theirs.put(results.getLong(1), results.getLong(2));
      }
    }
    int compared = 0;
    int prepared = 0;
    for (WalEvent event : ours.events) {
      if (event instanceof WalEvent.TransactionEnd end && end.committed()) {
        Long known = theirs.remove(end.xid());
        if (known != null) {
          assertThat(PgTimestamp.toMicros(end.time())).as("xid %d", end.xid()).isEqualTo(known);
          compared++;
          prepared += end.prepared() ? 1 : 0;
        }
      }
    }
    assertThat(compared).isGreaterThan(2000);
    assertThat(prepared).isEqualTo(2);
  }

  private static void eventsAreAllThere(WalRows ours) {
    assertThat(ours.events)
        .hasAtLeastOneElementOfType(WalEvent.TablespaceDrop.class)
        .hasAtLeastOneElementOfType(WalEvent.DatabaseFileCopy.class)
        .hasAtLeastOneElementOfType(WalEvent.DatabaseCreate.class)
        .hasAtLeastOneElementOfType(WalEvent.DatabaseDrop.class)
        .hasAtLeastOneElementOfType(WalEvent.ParameterChange.class)
        .hasAtLeastOneElementOfType(WalEvent.CheckpointMade.class)
        .hasAtLeastOneElementOfType(WalEvent.SegmentSwitch.class)
        .anySatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        WalEvent.RestorePoint.class,
                        point -> assertThat(point.name()).isEqualTo("before the mistake")))
        .anySatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        WalEvent.TablespaceCreate.class,
                        create -> assertThat(create.path()).endsWith("/place")))
        .anySatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        WalEvent.TransactionEnd.class,
                        end -> assertThat(end.prepared() && !end.committed()).isTrue()));
  }
}
