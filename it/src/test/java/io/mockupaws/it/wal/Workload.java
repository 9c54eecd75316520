package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.EmbeddedPostgresBuilder;
import io.mockupaws.demo.postgres.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What servers write WAL about: transactions, definitions, tablespaces, very long records. */
final class Workload {
  private final EmbeddedPostgres server;

  Workload(EmbeddedPostgres server) {
    this.server = server;
  }

  /** A server that keeps all its WAL and knows its commit times. */
  static EmbeddedPostgresBuilder server(int major, int segmentMegabytes) {
    return server(EmbeddedPostgres.builder(major), segmentMegabytes);
  }

  static EmbeddedPostgresBuilder server(EmbeddedPostgresBuilder builder, int segmentMegabytes) {
    return builder
        .segmentMegabytes(segmentMegabytes)
        .setting("wal_keep_size", "4GB")
        .setting("max_wal_size", "4GB")
        .setting("fsync", "off")
        .setting("track_commit_timestamp", "on")
        .setting("max_prepared_transactions", "10")
        .setting("wal_level", "logical");
  }

  void everything(int longRecordMegabytes) throws IOException {
    definitions();
    twoPhase();
    tablespace();
    databases();
    EveryKind.write(server);
    longRecords(longRecordMegabytes);
    compressedPages();
    bench();
    server.run("CHECKPOINT", "SELECT pg_switch_wal()", "VACUUM");
  }

  private void definitions() {
    server.run(
        "CREATE TABLE t (a int PRIMARY KEY, b text, c point)",
        "INSERT INTO t SELECT i, repeat('x', i % 900), point(i, i) FROM generate_series(1, 20000)"
            + " i",
        "CREATE INDEX ON t USING gist (c)",
        "CREATE INDEX ON t USING hash (b)",
        "CREATE INDEX ON t USING brin (a)",
        "CREATE INDEX ON t USING spgist (c)",
        "CREATE INDEX ON t USING gin (string_to_array(b, ' '))",
        "CREATE SEQUENCE s",
        "SELECT nextval('s') FROM generate_series(1, 100)",
        "UPDATE t SET b = 'y' WHERE a % 7 = 0",
        "DELETE FROM t WHERE a % 11 = 0",
        "VACUUM FREEZE t",
        "ALTER TABLE t ADD COLUMN d int DEFAULT 5",
        "CREATE UNLOGGED TABLE u AS SELECT 1",
        "CREATE TABLE gone AS SELECT generate_series(1, 1000)",
        "TRUNCATE gone",
        "DROP TABLE gone",
        "CREATE ROLE someone",
        "SELECT pg_create_restore_point('before the mistake')");
  }

  /** With subtransactions, dropped relations and invalidations in the records that end them. */
  private void twoPhase() {
    try (Sql sql = server.sql("postgres")) {
      sql.run(
          "BEGIN",
          "CREATE TABLE two (a int)",
          "SAVEPOINT one",
          "INSERT INTO two VALUES (1)",
          "SAVEPOINT two",
          "INSERT INTO two VALUES (2)",
          "PREPARE TRANSACTION 'first'",
          "COMMIT PREPARED 'first'",
          "BEGIN",
          "SAVEPOINT one",
          "DROP TABLE two",
          "CREATE TABLE three (a int)",
          "PREPARE TRANSACTION 'second'",
          "ROLLBACK PREPARED 'second'",
          "BEGIN",
          "DROP TABLE two",
          "PREPARE TRANSACTION 'third'",
          "COMMIT PREPARED 'third'",
          "BEGIN",
          "CREATE TABLE four (a int)",
          "ROLLBACK");
    }
  }

  private void tablespace() throws IOException {
    Path place = Files.createDirectory(server.dataDirectory().resolveSibling("place"));
    server.user().own(place);
    server.run(
        "CREATE TABLESPACE elsewhere LOCATION '" + place + "'",
        "CREATE TABLE far (a int) TABLESPACE elsewhere",
        "INSERT INTO far SELECT generate_series(1, 1000)",
        "DROP TABLE far",
        "DROP TABLESPACE elsewhere");
  }

  private void databases() {
    server.run(
        "CREATE DATABASE copied STRATEGY file_copy",
        "CREATE DATABASE logged STRATEGY wal_log",
        "DROP DATABASE copied");
  }

  private void longRecords(int megabytes) {
    int length = megabytes << 20;
    server.run(
        "SELECT pg_logical_emit_message(true, 'long', repeat('z', 20000))",
        "SELECT pg_logical_emit_message(false, 'long', repeat('z', " + length + "))");
  }

  /**
   * Each way that this build of the server knows; of this session alone, so that it counts at once.
   */
  private void compressedPages() {
    try (Sql sql = server.sql("postgres")) {
      List<String> ways =
          sql.column(
              "SELECT unnest(enumvals) FROM pg_settings WHERE name = 'wal_compression'"
                  + " EXCEPT SELECT unnest(ARRAY['on', 'off'])");
      for (String way : ways) {
        sql.run(
            "SET wal_compression = '" + way + "'",
            "CHECKPOINT",
            "UPDATE t SET b = '" + way + "' WHERE a % 5 = 0");
      }
      sql.run("RESET wal_compression");
      sql.run("SET wal_consistency_checking = 'all'", "UPDATE t SET b = 'seen' WHERE a < 50");
    }
  }

  /** Several clients at once, after a checkpoint, so that whole pages are in the WAL. */
  private void bench() {
    Map<String, String> password = Map.of("PGPASSWORD", server.login().password());
    List<String> base =
        List.of(
            Programs.pgBench().toString(),
            "--host=127.0.0.1",
            "--port=" + server.port(),
            "--username=" + server.login().user());
    for (List<String> options :
        List.of(
            List.of("--initialize", "--quiet", "--scale=2"),
            List.of("--client=8", "--jobs=2", "--transactions=250", "--no-vacuum"))) {
      List<String> command =
          java.util.stream.Stream.of(base, options, List.of("postgres"))
              .flatMap(List::stream)
              .toList();
      Programs.Output output = Programs.run(command, password);
      assertThat(output.status()).as(output.complaints()).isZero();
    }
  }
}
