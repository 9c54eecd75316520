package io.mockupaws.it.support;

import io.mockupaws.demo.ledger.Ledger;
import io.mockupaws.demo.ledger.LedgerEntry;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the server itself says of the ledger's commits: their order in the WAL by {@code
 * pg_walinspect}, their times by {@code pg_xact_commit_timestamp}. Nothing of it comes from the
 * code under test.
 *
 * @param commits in LSN order
 */
public record CommitOracle(List<Commit> commits) {

  /**
   * A commit of the ledger.
   *
   * @param lsn where its record starts, as a number
   * @param time to the microsecond
   */
  public record Commit(LedgerEntry entry, long lsn, Instant time) {}

  /**
   * Asks a live server that tracks commit timestamps and has the extension {@code pg_walinspect} in
   * that database, for all commits from that LSN on.
   *
   * @param ledger read once the server has answered: it then has all that the server told of, since
   *     a writer notes a transaction before it sends its commit
   */
  public static CommitOracle ask(
      ServerLogin login, String database, String fromLsn, Supplier<Ledger> ledger) {
    List<List<String>> rows;
    try (Sql sql = login.sql(database)) {
      rows =
          sql.rows(
              """
              SELECT xid::text::bigint,
                     (start_lsn - '0/0')::bigint,
                     (extract(epoch FROM pg_xact_commit_timestamp(xid)) * 1000000)::bigint
                FROM pg_get_wal_records_info('%s', pg_current_wal_flush_lsn())
               WHERE resource_manager = 'Transaction' AND record_type = 'COMMIT'
              """
                  .formatted(fromLsn));
    }
    Map<Long, LedgerEntry> byXid = new HashMap<>();
    ledger.get().entries().forEach(entry -> byXid.put(entry.xid(), entry));
    List<Commit> commits = new ArrayList<>();
    for (List<String> row : rows) {
      LedgerEntry entry = byXid.get(Long.valueOf(row.get(0)));
      if (entry != null) {
        Instant time = Instant.EPOCH.plus(Long.parseLong(row.get(2)), ChronoUnit.MICROS);
        commits.add(new Commit(entry, Long.parseLong(row.get(1)), time));
      }
    }
    commits.sort(Comparator.comparingLong(Commit::lsn));
    return new CommitOracle(List.copyOf(commits));
  }

  /**
   * How many of the commits a recovery to that time holds: PostgreSQL stops before the first commit
   * record, in LSN order, with a later time.
   */
  public int countAt(Instant target) {
    for (int i = 0; i < commits.size(); i++) {
      if (commits.get(i).time().isAfter(target)) {
        return i;
      }
    }
    return commits.size();
  }

  /** Where the segment begins that held the last commit, as a number. */
  public long lastSegment(long segmentBytes) {
    long last = commits.getLast().lsn();
    return last - last % segmentBytes;
  }

  /** For the ledger's proof: transaction ids and where they committed. */
  public Map<Long, Long> order() {
    Map<Long, Long> order = new HashMap<>();
    commits.forEach(commit -> order.put(commit.entry().xid(), commit.lsn()));
    return order;
  }
}
