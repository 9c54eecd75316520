package io.mockupaws.engine.proof;

import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.Sql;
import io.mockupaws.engine.proof.Finding.Kind;
import io.mockupaws.engine.proof.Finding.State;
import java.util.List;
import java.util.Optional;

/**
 * Tables and indexes: by PostgreSQL's amcheck where it is installed, which reads all of them; else
 * tables are read to their end.
 */
final class Relations {
  private static final String AMCHECK =
      "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
          + " WHERE e.extname = 'amcheck'";

  private static final String TABLES =
      """
      SELECT c.oid::bigint, c.oid::regclass::text, c.relkind = 't'
        FROM pg_class c JOIN pg_am a ON a.oid = c.relam AND a.amname = 'heap'
       WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence <> 't'
         AND NOT (pg_is_in_recovery() AND c.relpersistence = 'u') ORDER BY c.oid
      """;

  private static final String INDEXES =
      """
      SELECT c.oid::bigint, c.oid::regclass::text, i.indisvalid AND i.indisready,
             a.amname = 'btree', i.indisunique
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
       WHERE c.relkind = 'i' AND c.relpersistence <> 't'
         AND NOT (pg_is_in_recovery() AND c.relpersistence = 'u') ORDER BY c.oid
      """;

  private static final int CHECK_UNIQUE_SINCE = 170_000;

  private final ServerSession session;
  private final int version;
  private final Optional<String> amcheck;

  Relations(ServerSession session, int version) {
    this.session = session;
    this.version = version;
    this.amcheck =
        session.query("looking for amcheck", AMCHECK, row -> row.getString(1)).stream().findFirst();
  }

  boolean hasAmcheck() {
    return amcheck.isPresent();
  }

  private record Table(long oid, String name, boolean toast) {}

  private record Index(long oid, String name, boolean valid, boolean btree, boolean unique) {}

  void look(DataProof proof) {
    if (amcheck.isEmpty()) {
      proof.found(
          Kind.INDEX,
          session.address().database(),
          State.UNPROVEN,
          "amcheck is not installed, so indexes are not looked at, and tables only read; as a"
              + " superuser: CREATE EXTENSION amcheck;");
      for (String scan : List.of("indexscan", "indexonlyscan", "bitmapscan")) {
        session.run("preparing the session", "SET enable_" + scan + " TO off");
      }
    }
    List<Table> tables =
        session.query(
            "listing the tables",
            TABLES,
            row -> new Table(row.getLong(1), row.getString(2), row.getBoolean(3)));
    for (Table table : tables) {
      // of what lies out of line amcheck follows the values of their tables
      if (amcheck.isPresent() || !table.toast()) {
        proof.ask(
            Kind.TABLE,
            table.name(),
            () -> amcheck.map(s -> heap(s, table)).orElseGet(() -> read(table)));
      }
    }
    List<Index> indexes =
        session.query(
            "listing the indexes",
            INDEXES,
            row ->
                new Index(
                    row.getLong(1),
                    row.getString(2),
                    row.getBoolean(3),
                    row.getBoolean(4),
                    row.getBoolean(5)));
    indexes.forEach(index -> look(proof, index));
  }

  private void look(DataProof proof, Index index) {
    if (!index.valid()) {
      proof.begin(Kind.INDEX, index.name());
      proof.found(
          Kind.INDEX,
          index.name(),
          State.UNPROVEN,
          "the index is invalid and not used: REINDEX it, or drop it");
    } else if (amcheck.isPresent() && index.btree()) {
      proof.ask(Kind.INDEX, index.name(), () -> btree(amcheck.get(), index));
    }
  }

  private List<String> heap(String schema, Table table) {
    return session.query(
        "checking the table " + table.name(),
        "SELECT format('block %s%s: %s', blkno, ', row ' || offnum, msg) FROM "
            + Sql.identifier(schema)
            + ".verify_heapam(?::bigint::oid::regclass, check_toast => true) LIMIT 3",
        row -> row.getString(1),
        table.oid());
  }

  private List<String> btree(String schema, Index index) {
    String unique = version >= CHECK_UNIQUE_SINCE && index.unique() ? ", checkunique => true" : "";
    session.query(
        "checking the index " + index.name(),
        "SELECT "
            + Sql.identifier(schema)
            + ".bt_index_check(?::bigint::oid::regclass, heapallindexed => true"
            + unique
            + ")",
        row -> true,
        index.oid());
    return List.of();
  }

  private List<String> read(Table table) {
    session.query(
        "reading the table " + table.name(),
        "SELECT count(*) FROM ONLY " + table.name(),
        row -> true);
    return List.of();
  }
}
