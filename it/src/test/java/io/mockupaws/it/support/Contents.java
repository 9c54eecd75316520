package io.mockupaws.it.support;

import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server holds, made comparable: for each table of each database, system catalogues
 * included, the number of rows and the sum of their hashes over all columns; the state of each
 * sequence; the definitions of views, indexes and functions are rows of the catalogues.
 *
 * <p>Two servers with autovacuum off that should be the same have equal contents, object ids and
 * all. Unlogged tables are left out: a recovery empties them.
 */
public record Contents(Map<String, String> facts, Map<String, Sequence> sequences) {

  /** Where a sequence stands. */
  record Sequence(long last, long increment) {

    /** PostgreSQL logs a sequence 32 values ahead, so a recovery may skip that many. */
    private static final int LOGGED_AHEAD = 32;

    boolean mayBecome(Sequence recovered) {
      long skipped = (recovered.last - last) / increment;
      return recovered.increment == increment && skipped >= 0 && skipped <= LOGGED_AHEAD;
    }
  }

  private static final String TABLES =
      """
      SELECT c.oid::regclass::text
        FROM pg_class AS c
       WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p'
         AND c.relnamespace <> 'information_schema'::regnamespace
         AND c.relnamespace::regnamespace::text NOT LIKE 'pg\\_toast%'
      """;

  /** Of all databases that take connections. */
  public static Contents of(ServerLogin login) {
    Map<String, String> facts = new TreeMap<>();
    Map<String, Sequence> sequences = new TreeMap<>();
    List<String> databases;
    try (Sql sql = login.sql("postgres")) {
      databases = sql.column("SELECT datname FROM pg_database WHERE datallowconn");
    }
    for (String database : databases) {
      try (Sql sql = login.sql(database)) {
        for (String table : sql.column(TABLES)) {
          facts.put(database + ": " + table, rows(sql, table));
        }
        for (List<String> row :
            sql.rows(
                "SELECT sequencename, coalesce(last_value, 0), increment_by FROM pg_sequences")) {
          sequences.put(
              database + ": " + row.get(0),
              new Sequence(Long.parseLong(row.get(1)), Long.parseLong(row.get(2))));
        }
      }
    }
    return new Contents(facts, sequences);
  }

  /** What a server recovered from this one has otherwise, one line each. */
  public List<String> differencesOf(Contents recovered) {
    List<String> differences = Differences.between(facts, recovered.facts);
    if (!sequences.keySet().equals(recovered.sequences.keySet())) {
      differences.add("sequences: " + sequences.keySet() + " are " + recovered.sequences.keySet());
    }
    sequences.forEach(
        (name, sequence) -> {
          Sequence other = recovered.sequences.get(name);
          if (other != null && !sequence.mayBecome(other)) {
            differences.add(name + ": " + sequence + " is " + other);
          }
        });
    return differences;
  }

  private static String rows(Sql sql, String table) {
    List<String> row =
        sql.rows(
                "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM "
                    + table
                    + " AS t")
            .getFirst();
    return row.get(0) + " rows, hash " + row.get(1);
  }
}
