package io.mockupaws.it.support;

import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import java.util.ArrayList;
import java.util.List;

/** The structure of a server's tables and indexes, checked by PostgreSQL's own amcheck over SQL. */
public final class Amcheck {

  private static final String HEAPS =
      """
      SELECT c.oid::regclass || ': block ' || v.blkno || ', ' || v.msg
        FROM pg_class AS c, verify_heapam(c.oid) AS v
       WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence <> 't'
      """;
  private static final String INDEXES =
      """
      SELECT c.oid::regclass::text
        FROM pg_class AS c JOIN pg_am AS a ON a.oid = c.relam JOIN pg_index AS i ON i.indexrelid = c.oid
       WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence <> 't' AND i.indisvalid
      """;

  private Amcheck() {}

  /**
   * What is wrong in any database; every heap and every row's place in every B-tree is looked at.
   */
  public static List<String> findings(ServerLogin login) {
    List<String> databases;
    try (Sql sql = login.sql("postgres")) {
      databases = sql.column("SELECT datname FROM pg_database WHERE datallowconn");
    }
    List<String> findings = new ArrayList<>();
    for (String database : databases) {
      try (Sql sql = login.sql(database)) {
        sql.run("CREATE EXTENSION IF NOT EXISTS amcheck");
        sql.column(HEAPS).forEach(text -> findings.add(database + ": " + text));
        for (String index : sql.column(INDEXES)) {
          sql.run("SELECT bt_index_parent_check('%s', true)".formatted(index.replace("'", "''")));
        }
      }
    }
    return findings;
  }
}
