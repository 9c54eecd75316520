package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.summary.ForkChanges;
import io.mockupaws.core.summary.Summary;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.wal.ToldForks.ToldFork;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What {@code pg_wal_summary_contents} of 17 and 18 says, over whole summaries of the server. */
final class ServerSummary {
  private static final long NO_LIMIT = 1L << 32;

  private final Map<ToldFork, TreeSet<Long>> blocks = new HashMap<>();
  private final Map<ToldFork, Long> limits = new HashMap<>();
  private final List<Summary.Database> databases = new ArrayList<>();

  private ServerSummary() {}

  /** All between two redo positions, at which the server's summaries begin and end. */
  static ServerSummary read(Sql sql, Lsn start, Lsn end) throws SQLException {
    ServerSummary summary = new ServerSummary();
    String query =
        "SELECT c.* FROM pg_available_wal_summaries() AS s,"
            + " pg_wal_summary_contents(s.tli, s.start_lsn, s.end_lsn) AS c"
            + " WHERE s.start_lsn >= '%s' AND s.end_lsn <= '%s'".formatted(start, end);
    assertThat(
            sql.rows(
                "SELECT min(start_lsn), max(end_lsn) FROM pg_available_wal_summaries()"
                    + " WHERE start_lsn >= '%s' AND end_lsn <= '%s'".formatted(start, end)))
        .containsExactly(List.of(start.toString(), end.toString()));
    try (Statement statement = sql.connection().createStatement();
        ResultSet results = statement.executeQuery(query)) {
      while (results.next()) {
        summary.row(results);
      }
    }
    assertThat(summary.blocks).hasSizeGreaterThan(50);
    return summary;
  }

  private void row(ResultSet results) throws SQLException {
    Relation relation =
        new Relation(
            (int) results.getLong("reltablespace"),
            (int) results.getLong("reldatabase"),
            (int) results.getLong("relfilenode"));
    long block = results.getLong("relblocknumber");
    if (relation.number() == 0) {
      databases.add(new Summary.Database(relation.tablespace(), relation.database()));
      return;
    }
    ToldFork fork = new ToldFork(relation, Fork.of(results.getInt("relforknumber")).orElseThrow());
    if (results.getBoolean("is_limit_block")) {
      limits.merge(fork, block, Math::min);
    } else {
      blocks.computeIfAbsent(fork, key -> new TreeSet<>()).add(block);
    }
  }

  /**
   * Ours says no less; and no more but of visibility maps, and behind the position at which a fork
   * was cut off. Of databases made or dropped the single rows are compared.
   */
  void compare(Summary ours, ToldForks told) {
    List<String> missing = new ArrayList<>();
    List<String> extra = new ArrayList<>();
    blocks.forEach(
        (fork, numbers) -> {
          ForkChanges changes = ours.changes(fork.relation(), fork.fork());
          numbers.stream()
              .filter(block -> !changes.contains(block))
              .forEach(block -> missing.add(fork + " " + block));
        });
    limits.forEach(
        (fork, limit) -> {
          if (ours.changes(fork.relation(), fork.fork()).limit() > limit) {
            missing.add(fork + " from " + limit);
          }
        });
    for (ToldFork fork : told.forks) {
      if (fork.fork() != Fork.VISIBILITY) {
        extra(told.changes(fork), fork, extra);
      }
    }
    assertThat(missing).isEmpty();
    assertThat(extra).isEmpty();
    assertThat(ours.databases()).containsAll(databases);
    assertThat(databases).containsAll(ours.databases());
  }

  private void extra(ForkChanges changes, ToldFork fork, List<String> extra) {
    long limit = limits.getOrDefault(fork, NO_LIMIT);
    if (changes.limit() < limit) {
      extra.add(fork + " from " + changes.limit());
    }
    TreeSet<Long> known = blocks.getOrDefault(fork, new TreeSet<>());
    changes.forEachRun(
        0,
        changes.limit(),
        (first, count) -> {
          for (long block = first; block < first + count; block++) {
            if (!known.contains(block) && block < limit) {
              extra.add(fork + " " + block);
            }
          }
        });
  }
}
