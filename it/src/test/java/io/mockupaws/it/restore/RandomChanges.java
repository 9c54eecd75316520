package io.mockupaws.it.restore;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a busy application and its administrator do to a server, drawn from a seed. */
final class RandomChanges {
  private static final List<String> INDEXES =
      List.of(
          "btree (a)",
          "hash (b)",
          "gin (string_to_array(b, ' '))",
          "gist (point(a, a))",
          "spgist (b)",
          "brin (a)");
  private static final int TABLES = 6;

  private EmbeddedPostgres live;
  private final Optional<Path> elsewhere;
  private final Random random;
  private int made;

  /** What every server takes, without a tablespace and transactions in two phases. */
  RandomChanges(EmbeddedPostgres live, long seed) {
    this(live, Optional.empty(), seed);
  }

  /**
   * Everything; the server takes prepared transactions.
   *
   * @param elsewhere an empty directory of the server's, for a tablespace
   */
  RandomChanges(EmbeddedPostgres live, Path elsewhere, long seed) {
    this(live, Optional.of(elsewhere), seed);
  }

  private RandomChanges(EmbeddedPostgres live, Optional<Path> elsewhere, long seed) {
    this.live = live;
    this.elsewhere = elsewhere;
    this.random = new Random(seed);
  }

  /** Tables, each with an index of another kind, a TOAST table, and a large one that stays. */
  void prepare() {
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      statements.addAll(table(i));
    }
    statements.add(
        "CREATE TABLE large AS SELECT n, md5(n::text) || repeat('.', 300) AS t"
            + " FROM generate_series(1, 40000) n");
    statements.add("CREATE TABLE still AS SELECT n FROM generate_series(1, 20000) n");
    statements.add("CREATE SEQUENCE numbers");
    statements.add("CREATE TABLE parts (k int, v text) PARTITION BY RANGE (k)");
    statements.add("CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (1000)");
    statements.add("CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (1000) TO (2000)");
    elsewhere.ifPresent(place -> statements.addAll(more(place)));
    statements.add("VACUUM (FREEZE, ANALYZE)");
    live.run(statements.toArray(String[]::new));
  }

  private static List<String> more(Path elsewhere) {
    return List.of(
        "CREATE TABLESPACE elsewhere LOCATION '" + elsewhere + "'",
        "CREATE TABLE there (n int, t text) TABLESPACE elsewhere",
        "CREATE INDEX there_i ON there (n) TABLESPACE elsewhere",
        "INSERT INTO there SELECT n, md5(n::text) FROM generate_series(1, 3000) n",
        "CREATE UNLOGGED TABLE loose AS SELECT n FROM generate_series(1, 2000) n",
        "CREATE INDEX ON loose (n)",
        "SELECT lo_from_bytea(n, decode(repeat('00ff', 5000), 'hex'))"
            + " FROM generate_series(9001, 9005) n");
  }

  private static List<String> table(int number) {
    String name = "t" + number;
    return List.of(
        "CREATE TABLE " + name + " (a int, b text, c text) WITH (fillfactor = 90)",
        "ALTER TABLE " + name + " ALTER c SET STORAGE external",
        "CREATE INDEX " + name + "_i ON " + name + " USING " + INDEXES.get(number),
        "INSERT INTO "
            + name
            + " SELECT n, md5(n::text) || ' x', NULL FROM generate_series(1, 3000) n");
  }

  /** So many steps, one after the other. */
  void steps(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
  }

  /** What follows is done on the server that took the place of the one before. */
  void goOnAt(EmbeddedPostgres other) {
    live = other;
  }

  private void step() {
    String t = "t" + random.nextInt(TABLES);
    int a = random.nextInt(4000);
    switch (random.nextInt(elsewhere.isPresent() ? 27 : 20)) {
      case 0, 1, 2 ->
          live.run(
              "INSERT INTO %s SELECT n, md5((n * 7)::text), repeat(md5(n::text), 90)".formatted(t)
                  + " FROM generate_series(%d, %d) n".formatted(a, a + random.nextInt(60)));
      case 3, 4 -> live.run("UPDATE %s SET b = b || ' y' WHERE a %% 97 = %d".formatted(t, a % 97));
      case 5 -> live.run("UPDATE large SET t = t || '!' WHERE n = " + (a * 10 + 1));
      case 6, 7 -> live.run("DELETE FROM %s WHERE a BETWEEN %d AND %d".formatted(t, a, a + 90));
      case 8 -> live.run("VACUUM " + t);
      case 9 -> live.run("VACUUM (FREEZE) " + t);
      case 10 -> live.run("DELETE FROM %s WHERE a > 3500".formatted(t), "VACUUM (TRUNCATE) " + t);
      case 11 -> live.run("TRUNCATE " + t, "INSERT INTO %s VALUES (%d, 'again')".formatted(t, a));
      case 12 -> live.run("REINDEX TABLE " + t);
      case 13 -> rolledBack(t);
      case 14 -> {
        String name = "made" + made++;
        live.run(
            "CREATE TABLE " + name + " AS SELECT * FROM " + t + " LIMIT 500",
            "DROP TABLE IF EXISTS made" + Math.max(0, made - 3));
      }
      case 15 -> database();
      case 16 ->
          live.run("SELECT setval('numbers', %d)".formatted(a + 1), "SELECT nextval('numbers')");
      case 17 ->
          live.run(
              "INSERT INTO parts VALUES (%d, 'v')".formatted(a % 2000),
              "SELECT count(*) FROM " + t,
              "CHECKPOINT");
      case 18 -> live.run("VACUUM FULL " + t);
      // apart, so that a backup may come between: pages that vacuum alone changes since, and few
      case 19 ->
          live.run(
              a % 2 == 0
                  ? "DELETE FROM still WHERE n % 400 = " + a % 400
                  : "VACUUM (FREEZE) still");
      case 20, 21 -> inTheTablespace(t, a);
      case 22 -> twoPhases(a);
      case 23, 24 -> largeObject(a);
      case 25 ->
          live.run(
              "ALTER TABLE loose SET LOGGED",
              "UPDATE loose SET n = n + 1 WHERE n % 9 = 1",
              "ALTER TABLE loose SET UNLOGGED");
      case 26 ->
          live.run(
              "TRUNCATE loose", "INSERT INTO loose SELECT generate_series(1, %d)".formatted(a + 1));
      default -> live.run("CHECKPOINT");
    }
  }

  private void inTheTablespace(String t, int a) {
    live.run(
        "UPDATE there SET t = t || '.' WHERE n %% 50 = %d".formatted(a % 50),
        "DELETE FROM there WHERE n = " + a);
    if (random.nextInt(3) == 0) {
      live.run("ALTER TABLE " + t + " SET TABLESPACE elsewhere");
      live.run("ALTER TABLE " + t + " SET TABLESPACE pg_default");
    }
  }

  /**
   * Prepared in one step, and ended in a later one: a backup may lie in between. Other steps wait
   * for nothing that it has locked.
   */
  private void twoPhases(int a) {
    endPrepared();
    try (Sql sql = live.sql("postgres")) {
      sql.run(
          "BEGIN",
          "INSERT INTO there VALUES (%d, 'prepared')".formatted(a),
          "SAVEPOINT s",
          "CREATE TABLE prepared%d AS SELECT n FROM large LIMIT 200".formatted(made++),
          "PREPARE TRANSACTION 'two'");
    }
  }

  /** No transaction is left prepared, and no table whose rows a recovery does not bring back. */
  void settle() {
    endPrepared();
    live.run("ALTER TABLE loose SET LOGGED");
  }

  private void endPrepared() {
    try (Sql sql = live.sql("postgres")) {
      for (String gid : sql.column("SELECT gid FROM pg_prepared_xacts")) {
        sql.run((random.nextBoolean() ? "COMMIT" : "ROLLBACK") + " PREPARED '" + gid + "'");
      }
    }
  }

  private void largeObject(int a) {
    int object = 9001 + a % 5;
    live.run(
        "SELECT lo_put(%d, %d, decode(md5('%d'), 'hex'))".formatted(object, a * 3, a),
        "SELECT lo_unlink(%d)".formatted(object),
        "SELECT lo_from_bytea(%d, decode(repeat(md5('%d'), %d), 'hex'))"
            .formatted(object, a, 50 + a));
  }

  private void rolledBack(String table) {
    try (Sql sql = live.sql("postgres")) {
      sql.run("BEGIN");
      sql.run("CREATE TABLE never AS SELECT * FROM " + table);
      sql.run("UPDATE " + table + " SET b = 'never' WHERE a < 50");
      sql.run("SAVEPOINT s");
      sql.run("TRUNCATE parts_1");
      sql.run("ROLLBACK");
    }
  }

  private void database() {
    String strategy = random.nextBoolean() ? "wal_log" : "file_copy";
    live.run("DROP DATABASE IF EXISTS other", "CREATE DATABASE other STRATEGY " + strategy);
    try (Sql sql = live.sql("other")) {
      sql.run("CREATE TABLE inside AS SELECT n FROM generate_series(1, 2000) n");
    }
  }
}
