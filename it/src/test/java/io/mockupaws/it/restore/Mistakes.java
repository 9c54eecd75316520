package io.mockupaws.it.restore;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import java.util.ArrayList;
import java.util.List;

/** Plants mistakes of every kind, in every manner, in a server, and notes what was lost. */
final class Mistakes {
  private static final int MANY = 1500;

  private final EmbeddedPostgres live;
  private final List<Loss> losses = new ArrayList<>();

  /**
   * Something that was lost.
   *
   * @param told what history says of it: kind, subject, rows
   * @param database where it was
   * @param query counts the rows in question as they were
   * @param rows how many those were just before
   */
  record Loss(String told, String database, String query, long rows) {}

  Mistakes(EmbeddedPostgres live) {
    this.live = live;
  }

  /** What history has to tell, and nothing else that is a loss: kind, subject, rows. */
  List<Loss> losses() {
    return List.copyOf(losses);
  }

  /** What is there before the first backup. */
  void prepare() {
    live.run(
        "CREATE DATABASE shop",
        "CREATE DATABASE gone1",
        "CREATE DATABASE gone2",
        "CREATE DATABASE gone3");
    try (Sql sql = live.sql("gone1")) {
      sql.run("CREATE TABLE kept AS SELECT g FROM generate_series(1, 77) g");
    }
    try (Sql sql = live.sql("shop")) {
      sql.run("CREATE SCHEMA sales");
      for (String name :
          List.of("d1", "d2", "d3", "d4", "m1", "m2", "m3", "u1", "u2", "u3", "u4")) {
        table(sql, "sales." + name);
      }
      for (String name :
          List.of(
              "c1",
              "c2",
              "c3",
              "c4",
              "t1",
              "t2",
              "a1",
              "a2",
              "a3",
              "a4",
              "across",
              "busy",
              "swap",
              "swap_new")) {
        table(sql, "sales." + name);
      }
      for (int i = 1; i <= 4; i++) {
        sql.run("CREATE SCHEMA s" + i);
        table(sql, "s" + i + ".one");
        table(sql, "s" + i + ".two");
      }
      parents(sql);
      decoys(sql);
    }
  }

  private static void table(Sql sql, String name) {
    sql.run(
        "CREATE TABLE " + name + " (id int PRIMARY KEY, note text, amount text, wide text)",
        "INSERT INTO "
            + name
            + " SELECT g, 'note ' || g, g || '.25', repeat('x', 3000 * (g % 97 / 96))"
            + " FROM generate_series(1, "
            + MANY
            + ") g");
  }

  /** A partitioned table, and one that another refers to. */
  private static void parents(Sql sql) {
    sql.run(
        "CREATE TABLE sales.parts (id int, day int) PARTITION BY LIST (day)",
        "CREATE TABLE sales.parts1 PARTITION OF sales.parts FOR VALUES IN (1)",
        "CREATE TABLE sales.parts2 PARTITION OF sales.parts FOR VALUES IN (2)",
        "CREATE TABLE sales.parts3 PARTITION OF sales.parts FOR VALUES IN (3)",
        "INSERT INTO sales.parts SELECT g, 1 + g % 3 FROM generate_series(1, 4500) g",
        "CREATE TABLE sales.moving (id int, day int) PARTITION BY LIST (day)",
        "CREATE TABLE sales.moving1 PARTITION OF sales.moving FOR VALUES IN (1)",
        "CREATE TABLE sales.moving2 PARTITION OF sales.moving FOR VALUES IN (2)",
        "INSERT INTO sales.moving SELECT g, 1 FROM generate_series(1, 1500) g");
    for (int i = 1; i <= 3; i++) {
      sql.run(
          "CREATE TABLE sales.referred" + i + " (id int PRIMARY KEY)",
          "CREATE TABLE sales.referring" + i + " (id int REFERENCES sales.referred" + i + ")",
          "INSERT INTO sales.referred" + i + " SELECT generate_series(1, 50)",
          "INSERT INTO sales.referring" + i + " SELECT generate_series(1, 50)");
    }
  }

  private static void decoys(Sql sql) {
    sql.run("CREATE SCHEMA decoy");
    for (int i = 1; i <= 6; i++) {
      table(sql, "decoy.x" + i);
    }
    sql.run(
        "ALTER TABLE decoy.x1 ADD COLUMN late int DEFAULT 7",
        "CREATE UNLOGGED TABLE decoy.loose AS SELECT g AS id FROM generate_series(1, 1500) g",
        "CREATE TABLE decoy.word AS SELECT '!' AS word",
        "CREATE MATERIALIZED VIEW decoy.view AS SELECT id, note || word AS note FROM decoy.x1,"
            + " decoy.word",
        "CREATE TABLE decoy.whole (id int, day int) PARTITION BY LIST (day)",
        "CREATE TABLE decoy.part PARTITION OF decoy.whole FOR VALUES IN (1)",
        "INSERT INTO decoy.whole SELECT g, 1 FROM generate_series(1, 1500) g",
        "CREATE UNIQUE INDEX ON decoy.view (id)",
        "CREATE TYPE decoy.pair AS (a int, b int)",
        "ANALYZE");
  }

  /**
   * Tables that exchange their names, and catalogues that get other files, when the names have been
   * kept and the backup has not begun from which WAL is read.
   */
  void beforeTheBackup() {
    try (Sql sql = live.sql("shop")) {
      sql.run(
          "ALTER TABLE sales.swap RENAME TO swap_old", "ALTER TABLE sales.swap_new RENAME TO swap");
    }
    rewriteCatalogues();
  }

  /** No loss, and what is done to their rows afterwards is seen in their other files. */
  void rewriteCatalogues() {
    try (Sql sql = live.sql("shop")) {
      sql.run(
          "VACUUM FULL pg_class",
          "REINDEX TABLE pg_class",
          "VACUUM FULL pg_attribute",
          "VACUUM FULL pg_namespace",
          "VACUUM FULL pg_database");
    }
  }

  /** Tables that come, or get other files, when the names have been kept for the last time. */
  void afterTheLastNames() {
    try (Sql sql = live.sql("shop")) {
      table(sql, "sales.late");
      table(sql, "sales.late_too");
      table(sql, "sales.late_emptied");
      sql.run(
          "VACUUM FULL sales.t2",
          "VACUUM FULL sales.m3",
          "CLUSTER sales.u4 USING u4_pkey",
          "VACUUM FULL sales.c4",
          "VACUUM FULL sales.a4",
          "CREATE SCHEMA late",
          "CREATE TABLE late.inside AS SELECT 1 AS i");
    }
  }

  /** The first of all mistakes. */
  void first() {
    try (Sql sql = live.sql("shop")) {
      sql.run("DROP TABLE sales.d1");
      lost("dropped shop: sales.d1", "sales.d1", MANY);
    }
  }

  void plant() {
    try (Sql sql = live.sql("shop")) {
      drops(sql);
      truncations(sql);
      manyRows(sql);
      alterations(sql);
      schemas(sql);
    }
    for (int i = 2; i <= 3; i++) {
      live.run("DROP DATABASE gone" + i);
      lostIn("gone" + i, "database-dropped gone" + i, "pg_class WHERE oid = 1259", 1);
    }
  }

  /** One that began before a backup and was committed behind it. */
  void acrossABackup(Runnable backup) {
    try (Sql sql = live.sql("shop")) {
      sql.run("BEGIN", "DELETE FROM sales.across WHERE id <= 1300", "SELECT pg_switch_wal()");
      backup.run();
      sql.run("COMMIT");
    }
    lost("deleted shop: sales.across 1300", "sales.across", MANY);
  }

  /** What is made in a database that is newer than the names, and goes again. */
  void inANewDatabase() {
    live.run("CREATE DATABASE young");
    live.run("CREATE DATABASE young_too STRATEGY file_copy");
    for (String name : List.of("young", "young_too")) {
      try (Sql sql = live.sql(name)) {
        sql.run("CREATE TABLE t AS SELECT generate_series(1, 1200) i");
        sql.run("DELETE FROM t", "DROP TABLE t");
      }
    }
    for (String name : List.of("young", "young_too")) {
      lostIn(name, "deleted " + name + ": public.t 1200", "t", 1200);
      lostIn(name, "dropped " + name + ": public.t", "t", 0);
    }
  }

  /** The last of all mistakes. */
  void last() {
    live.run("DROP DATABASE gone1");
    lostIn("gone1", "database-dropped gone1", "kept", 77);
  }

  private void lost(String told, String query, long rows) {
    losses.add(new Loss(told, "shop", "SELECT count(*) FROM " + query, rows));
  }

  private void lostIn(String database, String told, String query, long rows) {
    losses.add(new Loss(told, database, "SELECT count(*) FROM " + query, rows));
  }

  private void drops(Sql sql) {
    sql.run("DO $$ BEGIN EXECUTE 'DROP TABLE sales.d2'; END $$");
    sql.run("BEGIN", "SAVEPOINT a", "DROP TABLE sales.d3", "RELEASE a", "COMMIT");
    prepared(sql, "DROP TABLE sales.d4");
    sql.run("DROP TABLE sales.late");
    for (String name : List.of("d2", "d3", "d4", "late")) {
      lost("dropped shop: sales." + name, "sales." + name, MANY);
    }
    sql.run("ALTER TABLE sales.c1 DROP COLUMN note");
    sql.run("BEGIN", "SAVEPOINT a", "ALTER TABLE sales.c2 DROP COLUMN note", "RELEASE a", "COMMIT");
    prepared(sql, "ALTER TABLE sales.c3 DROP COLUMN amount");
    sql.run("DO $$ BEGIN ALTER TABLE sales.c4 DROP COLUMN amount; END $$");
    lost("column-dropped shop: sales.c1.note", "sales.c1 WHERE note = 'note ' || id", MANY);
    lost("column-dropped shop: sales.c2.note", "sales.c2 WHERE note = 'note ' || id", MANY);
    lost("column-dropped shop: sales.c3.amount", "sales.c3 WHERE amount LIKE '%.25'", MANY);
    lost("column-dropped shop: sales.c4.amount", "sales.c4 WHERE amount LIKE '%.25'", MANY);
  }

  private static void prepared(Sql sql, String statement) {
    sql.run("BEGIN", statement, "PREPARE TRANSACTION 'p'");
    sql.run("INSERT INTO sales.busy (id) VALUES (-1)", "DELETE FROM sales.busy WHERE id = -1");
    sql.run("COMMIT PREPARED 'p'");
  }

  private void truncations(Sql sql) {
    sql.run("TRUNCATE sales.t1");
    sql.run("DO $$ BEGIN TRUNCATE sales.t2; INSERT INTO sales.t2 (id) VALUES (1); END $$");
    sql.run("BEGIN", "SAVEPOINT a", "TRUNCATE sales.parts1", "RELEASE a", "COMMIT");
    sql.run("DO $$ BEGIN TRUNCATE sales.parts2; END $$");
    prepared(sql, "TRUNCATE sales.parts3");
    prepared(sql, "TRUNCATE sales.late_emptied");
    for (String name : List.of("t1", "t2", "parts1", "parts2", "parts3", "late_emptied")) {
      lost("truncated shop: sales." + name, "sales." + name, MANY);
    }
    sql.run("TRUNCATE sales.referred1 CASCADE");
    sql.run("DO $$ BEGIN TRUNCATE sales.referred2 CASCADE; END $$");
    sql.run("BEGIN", "SAVEPOINT a", "TRUNCATE sales.referred3 CASCADE", "RELEASE a", "COMMIT");
    for (int i = 1; i <= 3; i++) {
      lost("truncated shop: sales.referred" + i, "sales.referred" + i, 50);
      lost("truncated shop: sales.referring" + i, "sales.referring" + i, 50);
    }
  }

  private void manyRows(Sql sql) {
    sql.run("DELETE FROM sales.m1");
    sql.run(
        "BEGIN",
        "DELETE FROM sales.m2 WHERE id <= 700",
        "SAVEPOINT a",
        "DELETE FROM sales.m2 WHERE id <= 1400",
        "RELEASE a",
        "SAVEPOINT b",
        "DELETE FROM sales.m2",
        "ROLLBACK TO b",
        "COMMIT");
    prepared(sql, "DELETE FROM sales.m3 WHERE id > 300");
    sql.run("DO $$ BEGIN DELETE FROM sales.late_too; END $$");
    lost("deleted shop: sales.m1 1500", "sales.m1", MANY);
    lost("deleted shop: sales.m2 1400", "sales.m2", MANY);
    lost("deleted shop: sales.m3 1200", "sales.m3", MANY);
    lost("deleted shop: sales.late_too 1500", "sales.late_too", MANY);
    sql.run("DELETE FROM sales.swap_old");
    lost("deleted shop: sales.swap_old 1500", "sales.swap_old", MANY);
    sql.run("UPDATE sales.u1 SET note = ''");
    sql.run("BEGIN", "SAVEPOINT a", "UPDATE sales.u2 SET id = -id", "RELEASE a", "COMMIT");
    prepared(sql, "UPDATE sales.u3 SET amount = '0' WHERE id <= 1100");
    sql.run("DO $$ BEGIN UPDATE sales.u4 SET note = '' WHERE id > 200; END $$");
    sql.run("UPDATE sales.moving SET day = 2");
    lost("updated shop: sales.u1 1500", "sales.u1 WHERE note = 'note ' || id", MANY);
    lost("updated shop: sales.u2 1500", "sales.u2 WHERE id > 0", MANY);
    lost("updated shop: sales.u3 1100", "sales.u3 WHERE amount LIKE '%.25'", MANY);
    lost("updated shop: sales.u4 1300", "sales.u4 WHERE note = 'note ' || id", MANY);
    lost("updated shop: sales.moving1 1500", "sales.moving1", MANY);
  }

  private void alterations(Sql sql) {
    sql.run("ALTER TABLE sales.a1 ALTER amount TYPE int USING amount::numeric::int");
    sql.run(
        "DO $$ BEGIN ALTER TABLE sales.a2 ALTER note TYPE varchar(4) USING left(note, 4); END $$");
    sql.run(
        "BEGIN",
        "SAVEPOINT a",
        "ALTER TABLE sales.a3 ALTER amount TYPE int USING 0",
        "RELEASE a",
        "COMMIT");
    prepared(sql, "ALTER TABLE sales.a4 ALTER note TYPE varchar(4) USING left(note, 4)");
    lost("altered shop: sales.a1", "sales.a1 WHERE amount::text LIKE '%.25'", MANY);
    lost("altered shop: sales.a2", "sales.a2 WHERE note = 'note ' || id", MANY);
    lost("altered shop: sales.a3", "sales.a3 WHERE amount::text LIKE '%.25'", MANY);
    lost("altered shop: sales.a4", "sales.a4 WHERE note = 'note ' || id", MANY);
  }

  private void schemas(Sql sql) {
    sql.run("DROP SCHEMA s1 CASCADE");
    sql.run("DO $$ BEGIN EXECUTE 'DROP SCHEMA s2 CASCADE'; END $$");
    sql.run("BEGIN", "SAVEPOINT a", "DROP SCHEMA s3 CASCADE", "RELEASE a", "COMMIT");
    prepared(sql, "DROP SCHEMA s4 CASCADE");
    sql.run("DROP SCHEMA late CASCADE");
    for (int i = 1; i <= 4; i++) {
      lost("schema-dropped shop: s" + i, "pg_namespace WHERE nspname = 's" + i + "'", 1);
      lost("dropped shop: s" + i + ".one", "s" + i + ".one", MANY);
      lost("dropped shop: s" + i + ".two", "s" + i + ".two", MANY);
    }
    lost("schema-dropped shop: late", "pg_namespace WHERE nspname = 'late'", 1);
    lost("dropped shop: late.inside", "late.inside", 1);
  }

  /** What looks like a mistake and takes nothing away. */
  void pretend() {
    try (Sql sql = live.sql("shop")) {
      rolledBack(sql);
      sameContent(sql);
      ownBusiness(sql);
    }
  }

  private static void rolledBack(Sql sql) {
    for (String statement :
        List.of(
            "DROP TABLE decoy.x1 CASCADE",
            "TRUNCATE decoy.x2",
            "DELETE FROM decoy.x3",
            "UPDATE decoy.x4 SET note = 'gone'",
            "ALTER TABLE decoy.x5 DROP COLUMN note",
            "ALTER TABLE decoy.x6 ALTER amount TYPE int USING 0",
            "DROP SCHEMA decoy CASCADE")) {
      sql.run("BEGIN", statement, "ROLLBACK");
      sql.run("BEGIN", "SAVEPOINT a", statement, "ROLLBACK TO a", "COMMIT");
      sql.run("BEGIN", statement, "PREPARE TRANSACTION 'p'", "ROLLBACK PREPARED 'p'");
      sql.run(
          "DO $$ BEGIN EXECUTE '"
              + statement.replace("'", "''")
              + "'; RAISE 'no'; EXCEPTION WHEN raise_exception THEN NULL; END $$");
    }
  }

  private static void sameContent(Sql sql) {
    sql.run(
        "VACUUM FULL decoy.x1",
        "CLUSTER decoy.x2 USING x2_pkey",
        "REINDEX TABLE decoy.x3",
        "REINDEX INDEX decoy.x4_pkey",
        "REFRESH MATERIALIZED VIEW decoy.view",
        "UPDATE decoy.word SET word = '?'",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY decoy.view",
        "INSERT INTO decoy.x3 (id) SELECT generate_series(2001, 4000)",
        "ALTER TABLE decoy.whole DETACH PARTITION decoy.part",
        "ALTER TABLE decoy.whole ATTACH PARTITION decoy.part FOR VALUES IN (1)",
        "ALTER TABLE decoy.x5 SET UNLOGGED",
        "ALTER TABLE decoy.x5 SET LOGGED",
        "ALTER TABLE decoy.x6 ADD COLUMN more int DEFAULT 5",
        "ALTER TABLE decoy.x6 ALTER note SET NOT NULL",
        "ALTER TABLE decoy.x6 RENAME COLUMN more TO less",
        "ALTER TABLE decoy.x6 RENAME TO x7",
        "DROP INDEX IF EXISTS decoy.none",
        "CREATE INDEX gone ON decoy.x3 (note)",
        "DROP INDEX decoy.gone",
        "ANALYZE decoy.x3");
  }

  private static void ownBusiness(Sql sql) {
    sql.run(
        "CREATE TEMP TABLE t (i int, w text)",
        "INSERT INTO t SELECT g, '' FROM generate_series(1, 2000) g",
        "DELETE FROM t",
        "TRUNCATE t",
        "DROP TABLE t",
        "BEGIN",
        "CREATE TABLE decoy.brief AS SELECT generate_series(1, 2000) i",
        "DELETE FROM decoy.brief",
        "TRUNCATE decoy.brief",
        "DROP TABLE decoy.brief",
        "COMMIT",
        "TRUNCATE decoy.loose",
        "VACUUM decoy.x3",
        "BEGIN",
        "SELECT count(*) FROM (SELECT FROM decoy.x4 FOR UPDATE) s",
        "COMMIT",
        "ALTER TYPE decoy.pair DROP ATTRIBUTE b",
        "CREATE TYPE decoy.late_pair AS (a int, b int)",
        "ALTER TYPE decoy.late_pair DROP ATTRIBUTE a",
        "CREATE TEMP TABLE of_session (a int, b int)",
        "ALTER TABLE of_session DROP COLUMN b",
        "ALTER TABLE decoy.x4 RENAME TO x8");
  }
}
