package io.mockupaws.it.restore;

import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import java.util.List;
import java.util.stream.Collectors;

/** A database with something of everything a dump has to carry, and oracles for it. */
final class Shop {
  static final String NAME = "shop";
  static final String OWNER = "shop_owner";
  static final String PASSWORD = "pass/with:specials@'\\ and blanks";

  private static final String HASHES =
      """
      SELECT (SELECT count(*) || ' ' || sum(hashtextextended(i::text, 0)) FROM app.items i)
             || (SELECT count(*) || ' ' || sum(hashtextextended(o::text, 0)) FROM app.orders o)
             || (SELECT md5(lo_get(4242)))
      """;

  private Shop() {}

  static void create(ServerLogin admin) {
    try (Sql sql = admin.sql("postgres")) {
      sql.run(
          "CREATE ROLE " + OWNER + " LOGIN CREATEDB",
          "ALTER ROLE "
              + OWNER
              + " PASSWORD E'"
              + PASSWORD.replace("\\", "\\\\").replace("'", "''")
              + "'",
          "CREATE ROLE shop_reader",
          "CREATE DATABASE shop OWNER shop_owner",
          "ALTER DATABASE shop SET search_path TO \"$user\", public, app",
          "ALTER DATABASE shop SET work_mem = '7MB'",
          "ALTER ROLE shop_reader IN DATABASE shop SET statement_timeout = '9s'",
          "ALTER DATABASE shop CONNECTION LIMIT 77",
          "COMMENT ON DATABASE shop IS 'the shop''s own'",
          "REVOKE CONNECT ON DATABASE shop FROM PUBLIC",
          "GRANT CONNECT ON DATABASE shop TO shop_reader WITH GRANT OPTION");
    }
    try (Sql sql = admin.sql(NAME)) {
      sql.run("CREATE EXTENSION pg_trgm", "SET ROLE " + OWNER);
      sql.run(
          "CREATE SCHEMA app",
          """
          CREATE TABLE app.items (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
            price numeric CHECK (price > 0), doubled numeric GENERATED ALWAYS AS (price * 2) STORED)
          """,
          "INSERT INTO app.items (name, price) SELECT 'item ' || g, g FROM generate_series(1, 3000)"
              + " g",
          "CREATE INDEX ON app.items USING gin (name gin_trgm_ops)",
          "COMMENT ON TABLE app.items IS 'what is sold'",
          "CREATE TABLE app.orders (item int REFERENCES app.items, at timestamptz, note text)"
              + " PARTITION BY RANGE (at)",
          "CREATE TABLE app.orders_old PARTITION OF app.orders FOR VALUES FROM (MINVALUE) TO"
              + " ('2026-01-01')",
          "CREATE TABLE app.\"Orders'; \\\\ drop\" PARTITION OF app.orders DEFAULT",
          "INSERT INTO app.orders SELECT 1 + g % 3000, '2025-12-01'::timestamptz + g * interval"
              + " '1h', E'line\\n"
              + "break \\\\' || g FROM generate_series(1, 2000) g",
          "CREATE TABLE app.\"trap\" (line text)",
          "INSERT INTO app.trap VALUES ('COMMIT;'), ('BEGIN;'), (E'\\\\.')",
          "CREATE SEQUENCE app.tickets START 100 INCREMENT 7",
          "SELECT nextval('app.tickets') FROM generate_series(1, 5)",
          "SELECT lo_from_bytea(4242, decode(repeat('00ff10', 500000), 'hex'))",
          "CREATE MATERIALIZED VIEW app.cheap AS SELECT id FROM app.items WHERE price < 100",
          "CREATE FUNCTION app.twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2'",
          "CREATE FUNCTION app.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
          "CREATE TRIGGER kept BEFORE UPDATE ON app.items FOR EACH ROW EXECUTE FUNCTION app.keep()",
          "ALTER TABLE app.items ENABLE ROW LEVEL SECURITY",
          "CREATE POLICY reading ON app.items FOR SELECT TO shop_reader USING (price < 1000)",
          "GRANT SELECT ON app.items TO shop_reader",
          "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO shop_reader");
    }
  }

  /** What somebody regrets a moment later. */
  static void ruin(ServerLogin admin) {
    try (Sql sql = admin.sql(NAME)) {
      sql.run(
          "DROP TABLE app.orders",
          "UPDATE app.items SET name = 'ruined'",
          "SELECT lo_unlink(4242)",
          "DROP FUNCTION app.twice(int)");
    }
  }

  /**
   * PostgreSQL's own dump as text, without the random words in it, and without the values of
   * sequences: they are logged ahead, so a recovery skips some.
   */
  static String dump(ServerLogin admin, String database) {
    String text =
        HostCommand.run(
            DebianCluster.BINARIES.resolve("pg_dump").toString(), "-d", admin.url(database));
    return text.lines()
        .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
        .filter(line -> !line.startsWith("SELECT pg_catalog.setval("))
        .collect(Collectors.joining("\n"));
  }

  static String hashes(ServerLogin login, String database) {
    try (Sql sql = login.sql(database)) {
      return sql.value(HASHES);
    }
  }

  /** What a database is beside its content. */
  static List<List<String>> properties(ServerLogin admin, String database) {
    try (Sql sql = admin.sql("postgres")) {
      return sql.rows(
          """
          SELECT pg_get_userbyid(datdba), encoding, datcollate, datctype, datconnlimit,
                 shobj_description(oid, 'pg_database'),
                 (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(datacl) a),
                 (SELECT string_agg(setrole::regrole || ' ' || setconfig::text, ';' ORDER BY setrole)
                    FROM pg_db_role_setting WHERE setdatabase = d.oid)
            FROM pg_database d WHERE datname = '%s'
          """
              .formatted(database));
    }
  }
}
