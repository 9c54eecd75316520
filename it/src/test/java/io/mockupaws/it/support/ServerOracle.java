package io.mockupaws.it.support;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What a live server says of itself: positions, its clock, and the commits of the table {@code t}
 * by {@code pg_xact_commit_timestamp}. Nothing of it comes from the code under test.
 */
public record ServerOracle(EmbeddedPostgres server) {

  private static final String MICROS = "(extract(epoch FROM %s) * 1000000)::bigint";

  /**
   * A transaction.
   *
   * @param time to the microsecond
   */
  public record Commit(long xid, Instant time) {}

  public String text(String query) {
    try (Sql sql = server.sql("postgres")) {
      return sql.value(query);
    }
  }

  public Lsn flushed() {
    return Lsn.parse(text("SELECT pg_current_wal_flush_lsn()"));
  }

  public Instant clock() {
    return time(text("SELECT " + MICROS.formatted("clock_timestamp()")));
  }

  /** The last one that ended, whatever it did. */
  public Commit newestCommit() {
    return commit(
        "SELECT xid, " + MICROS.formatted("timestamp") + " FROM pg_last_committed_xact()");
  }

  /** The one that wrote that row. */
  public Commit commit(int row) {
    return commit(
        "SELECT xmin, %s FROM t WHERE i = %d"
            .formatted(MICROS.formatted("pg_xact_commit_timestamp(xmin)"), row));
  }

  /** How many rows of {@code t}, each a transaction of its own, were committed later. */
  public long commitsAfter(Commit commit) {
    return Long.parseLong(
        text(
            """
            SELECT count(*) FROM t WHERE pg_xact_commit_timestamp(xmin) >
              (SELECT pg_xact_commit_timestamp('%d'::xid))
            """
                .formatted(commit.xid())));
  }

  /** The start of the oldest segment that is still there. */
  public Lsn oldestWal(int segmentBytes) {
    String file = text("SELECT min(name) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'");
    long perLog = (1L << 32) / segmentBytes;
    long number =
        Long.parseLong(file.substring(8, 16), 16) * perLog + Long.parseLong(file.substring(16), 16);
    return new Lsn(number * segmentBytes);
  }

  private Commit commit(String query) {
    try (Sql sql = server.sql("postgres")) {
      List<String> row = sql.rows(query).getFirst();
      return new Commit(Long.parseLong(row.get(0)), time(row.get(1)));
    }
  }

  private static Instant time(String micros) {
    return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
  }
}
