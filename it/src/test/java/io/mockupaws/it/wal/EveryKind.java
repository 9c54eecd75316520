package io.mockupaws.it.wal;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import java.util.List;

/** Makes a server write records of every resource manager: what is stored, and how it changes. */
final class EveryKind {
  /** All 22 (src/include/access/rmgrlist.h). */
  static final List<String> RESOURCE_MANAGERS =
      List.of(
          "BRIN",
          "Btree",
          "CLOG",
          "CommitTs",
          "Database",
          "Generic",
          "Gin",
          "Gist",
          "Hash",
          "Heap",
          "Heap2",
          "LogicalMessage",
          "MultiXact",
          "RelMap",
          "ReplicationOrigin",
          "SPGist",
          "Sequence",
          "Standby",
          "Storage",
          "Tablespace",
          "Transaction",
          "XLOG");

  private EveryKind() {}

  static void write(EmbeddedPostgres server) {
    indexes(server);
    bulk(server);
    toast(server);
    largeObjects(server);
    rewritten(server);
    subtransactions(server);
    sharedLocks(server);
  }

  /** Filled row by row, so that pages split; emptied and vacuumed, so that pages are given back. */
  private static void indexes(EmbeddedPostgres server) {
    server.run(
        "CREATE EXTENSION bloom",
        "CREATE TABLE kinds (a int, b text, c point, d int[])",
        "CREATE INDEX kinds_btree ON kinds (a)",
        "CREATE INDEX kinds_hash ON kinds USING hash (a)",
        "CREATE INDEX kinds_gin ON kinds USING gin (d)",
        "CREATE INDEX kinds_gist ON kinds USING gist (c)",
        "CREATE INDEX kinds_quad ON kinds USING spgist (c)",
        "CREATE INDEX kinds_text ON kinds USING spgist (b)",
        "CREATE INDEX kinds_brin ON kinds USING brin (a) WITH (pages_per_range = 4)",
        "CREATE INDEX kinds_bloom ON kinds USING bloom (a)",
        "INSERT INTO kinds SELECT i, md5(i::text), point(i % 97, i % 89), ARRAY[0, i % 10, i]"
            + " FROM generate_series(1, 6000) AS i",
        "SELECT gin_clean_pending_list('kinds_gin')",
        "SELECT brin_summarize_new_values('kinds_brin')",
        "SELECT brin_desummarize_range('kinds_brin', 0)",
        "DELETE FROM kinds WHERE a BETWEEN 1000 AND 4000",
        "VACUUM kinds",
        "UPDATE kinds SET b = b || 'x', d = d || 7 WHERE a % 5 = 0",
        "INSERT INTO kinds SELECT i, md5(i::text), point(i % 97, i % 89), ARRAY[0, i]"
            + " FROM generate_series(1, 2000) AS i",
        "VACUUM kinds",
        "REINDEX TABLE kinds");
  }

  private static void bulk(EmbeddedPostgres server) {
    server.run(
        "CREATE TABLE bulk (a int)",
        "COPY bulk FROM PROGRAM 'seq 1 20000'",
        "VACUUM bulk",
        "DELETE FROM bulk WHERE a % 100 = 0",
        "COPY bulk FROM PROGRAM 'seq 1 100'");
    try (Sql sql = server.sql("postgres")) {
      sql.run(
          "BEGIN", "TRUNCATE bulk", "COPY bulk FROM PROGRAM 'seq 1 5000' WITH (FREEZE)", "COMMIT");
    }
    server.run("UPDATE bulk SET a = -a WHERE a < 10", "DELETE FROM bulk WHERE a > 2000");
    server.run("VACUUM bulk");
  }

  private static void toast(EmbeddedPostgres server) {
    server.run(
        "CREATE TABLE toasted (a int, b text)",
        "ALTER TABLE toasted ALTER COLUMN b SET STORAGE EXTERNAL",
        "INSERT INTO toasted SELECT i, repeat(md5(i::text), 400) FROM generate_series(1, 60) AS i",
        "UPDATE toasted SET b = b || 'x' WHERE a % 2 = 0",
        "DELETE FROM toasted WHERE a % 3 = 0",
        "VACUUM toasted");
  }

  private static void largeObjects(EmbeddedPostgres server) {
    server.run(
        "SELECT lo_from_bytea(70000, decode(repeat('ab', 20000), 'hex'))",
        "SELECT lo_put(70000, 5000, '\\x0102')",
        "SELECT lo_from_bytea(70001, '\\x0102')",
        "SELECT lo_unlink(70000)");
  }

  /** Files that take the place of others, the catalogue's included. */
  private static void rewritten(EmbeddedPostgres server) {
    server.run(
        "ALTER TABLE toasted ALTER COLUMN a TYPE bigint",
        "CLUSTER kinds USING kinds_btree",
        "VACUUM FULL toasted",
        "VACUUM FULL pg_class",
        "CREATE TABLE parts (a int) PARTITION BY RANGE (a)",
        "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (100) TO (200)",
        "INSERT INTO parts SELECT generate_series(1, 150)",
        "TRUNCATE parts CASCADE",
        "CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM kinds",
        "REFRESH MATERIALIZED VIEW seen",
        "DROP DATABASE logged",
        "SELECT pg_replication_origin_create('elsewhere')",
        "SELECT pg_replication_origin_advance('elsewhere', '0/1234')",
        "SELECT pg_replication_origin_drop('elsewhere')");
  }

  /** So many that a page of the commit log and of the commit times begins. */
  private static void subtransactions(EmbeddedPostgres server) {
    server.run(
        "CREATE TEMPORARY TABLE ids (a int)",
        "DO $$ BEGIN FOR i IN 1..33000 LOOP BEGIN INSERT INTO ids VALUES (i);"
            + " IF i % 1000 = 0 THEN INSERT INTO parts VALUES (i % 200); END IF;"
            + " IF i % 3000 = 0 THEN RAISE EXCEPTION 'undone'; END IF;"
            + " EXCEPTION WHEN raise_exception THEN NULL; END; END LOOP; END $$");
  }

  private static void sharedLocks(EmbeddedPostgres server) {
    try (Sql one = server.sql("postgres");
        Sql other = server.sql("postgres")) {
      one.run("BEGIN", "SELECT * FROM bulk WHERE a < 50 FOR SHARE");
      other.run("BEGIN", "SELECT * FROM bulk WHERE a < 50 FOR SHARE", "COMMIT");
      one.run("COMMIT");
    }
    server.run("UPDATE bulk SET a = a + 1 WHERE a < 20", "VACUUM FREEZE bulk");
  }
}
