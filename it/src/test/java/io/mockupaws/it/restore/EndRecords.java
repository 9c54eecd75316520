package io.mockupaws.it.restore;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.Sql;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ends of transactions in the WAL by {@code pg_walinspect}, and which rows of a table each of
 * them brought: nothing of it comes from the code under test.
 *
 * @param all in LSN order
 * @param rows by the transaction that wrote them; those that are there now
 */
record EndRecords(List<End> all, Map<Long, Set<String>> rows) {

  /** A record that ends a transaction, and where the one before it starts. */
  record End(long xid, boolean committed, Lsn start, Lsn end, Lsn previous) {}

  /** The table {@code t} has the columns {@code i} and {@code xid}. */
  static EndRecords ask(Sql sql, Lsn from) {
    List<End> all =
        sql
            .rows(
                """
                SELECT CASE WHEN record_type LIKE '%%PREPARED'
                            THEN split_part(description, ':', 1) ELSE xid::text END,
                       record_type LIKE 'COMMIT%%', start_lsn, end_lsn, prev_lsn
                  FROM pg_get_wal_records_info('%s', pg_current_wal_flush_lsn())
                 WHERE resource_manager = 'Transaction'
                   AND record_type IN ('COMMIT', 'ABORT', 'COMMIT_PREPARED', 'ABORT_PREPARED')
                 ORDER BY start_lsn
                """
                    .formatted(from))
            .stream()
            .map(EndRecords::end)
            .toList();
    Map<Long, Set<String>> rows = new TreeMap<>();
    sql.rows("SELECT xid, i FROM t")
        .forEach(
            row ->
                rows.computeIfAbsent(Long.valueOf(row.get(0)), _ -> new TreeSet<>())
                    .add(row.get(1)));
    return new EndRecords(all, rows);
  }

  private static End end(List<String> row) {
    return new End(
        Long.parseLong(row.get(0)),
        row.get(1).equals("t"),
        Lsn.parse(row.get(2)),
        Lsn.parse(row.get(3)),
        Lsn.parse(row.get(4)));
  }

  End of(long xid) {
    return all.stream().filter(end -> end.xid() == xid).findFirst().orElseThrow();
  }

  /** The rows that are there when everything up to a position was replayed. */
  Set<String> rowsAt(Lsn position) {
    Set<String> there = new TreeSet<>();
    all.stream()
        .filter(end -> end.committed() && !end.end().isAfter(position))
        .forEach(end -> there.addAll(rows.getOrDefault(end.xid(), Set.of())));
    return there;
  }
}
