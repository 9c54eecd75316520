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
public record Contents(Map<String, String> facts) {

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
    List<String> databases;
    try (Sql sql = login.sql("postgres")) {
      databases = sql.column("SELECT datname FROM pg_database WHERE datallowconn");
    }
    for (String database : databases) {
      try (Sql sql = login.sql(database)) {
        for (String table : sql.column(TABLES)) {
          facts.put(database + ": " + table, rows(sql, table));
        }
        sql.rows("SELECT schemaname, sequencename, last_value FROM pg_sequences")
            .forEach(row -> facts.put(database + ": sequence " + row.get(1), row.get(2)));
      }
    }
    return new Contents(facts);
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
