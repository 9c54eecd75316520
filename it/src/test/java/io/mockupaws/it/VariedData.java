package io.mockupaws.it;

import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;

/** Something of everything a cluster can hold, and changes to all of it. */
final class VariedData {

  static final String DATABASE = "varied \"data\"";

  private static final String QUOTED = "\"varied \"\"data\"\"\"";

  private VariedData() {}

  static void create(ServerLogin login) {
    try (Sql sql = login.sql("postgres")) {
      sql.run(
          "CREATE ROLE owner_of_much CREATEDB PASSWORD 'secret' VALID UNTIL '2031-01-01'",
          "CREATE ROLE reader IN ROLE pg_read_all_data",
          "ALTER ROLE reader SET work_mem = '9MB'",
          "CREATE DATABASE " + QUOTED,
          "ALTER DATABASE " + QUOTED + " SET statement_timeout = '5min'",
          "CREATE DATABASE dropped_later");
    }
    try (Sql sql = login.sql(DATABASE)) {
      sql.run(
          "CREATE EXTENSION pg_trgm",
          "CREATE SCHEMA \"Odd Schema\"",
          "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
          "CREATE DOMAIN positive AS int CHECK (value > 0)",
          """
          CREATE TABLE people (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL,
            mood mood, score positive, tags text[], doc jsonb, span tstzrange, photo bytea,
            EXCLUDE USING gist (span WITH &&) WHERE (id < 0))
          """,
          people(1, 20_000),
          "CREATE INDEX ON people USING gin (doc)",
          "CREATE INDEX ON people USING hash (name)",
          "CREATE INDEX ON people USING brin (id)",
          "CREATE INDEX ON people USING gin (name gin_trgm_ops)",
          "CREATE INDEX ON people (lower(name)) WHERE mood = 'happy'",
          "CREATE TABLE \"Odd Schema\".\"odd table'\" (a int, b text) PARTITION BY RANGE (a)",
          "CREATE TABLE part_low PARTITION OF \"Odd Schema\".\"odd table'\" FOR VALUES FROM (0) TO"
              + " (500)",
          "CREATE TABLE part_high PARTITION OF \"Odd Schema\".\"odd table'\" DEFAULT",
          "INSERT INTO \"Odd Schema\".\"odd table'\" SELECT n, repeat('x', n) FROM"
              + " generate_series(0, 999) AS n",
          "CREATE UNLOGGED TABLE forgettable AS SELECT generate_series(1, 1000) AS n",
          "CREATE INDEX ON forgettable (n)",
          "CREATE MATERIALIZED VIEW happy AS SELECT * FROM people WHERE mood = 'happy'",
          "CREATE SEQUENCE tickets START 1000 INCREMENT 7",
          "SELECT nextval('tickets') FROM generate_series(1, 100)",
          "CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2'",
          "SELECT lo_from_bytea(4242, decode(repeat('00ff10', 5000), 'hex'))",
          "CREATE TABLE moved AS SELECT n, md5(n::text) AS m FROM generate_series(1, 5000) AS n",
          "CREATE TABLE truncated AS SELECT generate_series(1, 30000) AS n",
          "CREATE TABLE rewritten AS SELECT generate_series(1, 3000) AS n",
          "CREATE TABLE removed AS SELECT generate_series(1, 3000) AS n");
    }
  }

  static void change(ServerLogin login) {
    try (Sql sql = login.sql("postgres")) {
      sql.run(
          "DROP DATABASE dropped_later",
          "CREATE DATABASE made_later STRATEGY file_copy",
          "CREATE DATABASE made_latest",
          "DROP ROLE reader");
    }
    try (Sql sql = login.sql("made_later")) {
      sql.run("CREATE TABLE t AS SELECT generate_series(1, 2000) AS n");
    }
    try (Sql sql = login.sql(DATABASE)) {
      sql.run(
          people(20_001, 25_000),
          "UPDATE people SET doc = doc || '{\"changed\": true}' WHERE id % 3 = 0",
          "DELETE FROM people WHERE id % 7 = 0",
          "VACUUM (FREEZE) people",
          "TRUNCATE truncated",
          "INSERT INTO truncated VALUES (1), (2)",
          "DELETE FROM moved WHERE n > 1000",
          "VACUUM moved",
          "ALTER TABLE rewritten ALTER COLUMN n TYPE bigint",
          "DROP TABLE removed",
          "CREATE TABLE brought (LIKE people INCLUDING ALL)",
          "INSERT INTO brought OVERRIDING SYSTEM VALUE SELECT * FROM people WHERE id < 3000",
          "CLUSTER brought USING brought_pkey",
          "REFRESH MATERIALIZED VIEW happy",
          "REINDEX TABLE people",
          "SELECT nextval('tickets') FROM generate_series(1, 50)",
          "SELECT lo_put(4242, 1000, '\\xdeadbeef')",
          "BEGIN; INSERT INTO moved VALUES (-1, 'undecided'); PREPARE TRANSACTION 'undecided'");
    }
  }

  private static String people(int from, int to) {
    return """
    INSERT INTO people (name, mood, score, tags, doc, span, photo)
    SELECT 'name ' || n || ' ' || md5(n::text),
           (ARRAY['sad', 'ok', 'happy'])[1 + n %% 3]::mood,
           1 + n %% 1000,
           ARRAY[md5((n * 2)::text), NULL],
           jsonb_build_object('n', n, 'text', repeat(md5(n::text), n %% 40)),
           tstzrange(to_timestamp(n * 60), to_timestamp(n * 60 + 60)),
           CASE WHEN n %% 500 = 0 THEN decode(repeat(md5(n::text), 300), 'hex') END
      FROM generate_series(%d, %d) AS n
    """
        .formatted(from, to);
  }
}
