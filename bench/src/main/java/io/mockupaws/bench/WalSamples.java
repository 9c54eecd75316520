package io.mockupaws.bench;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lets a PostgreSQL 18 write the WAL that is measured, and keeps whole segments of it: {@code
 * pages}, pgbench with a checkpoint now and then, so that most bytes are full-page images; {@code
 * short}, single rows in records of 100 bytes.
 *
 * <p>Arguments: the folder, which gets a folder for each kind. A kind that is there stays.
 */
final class WalSamples {
  private static final int SEGMENT = 16 << 20;
  private static final int SEGMENTS = 8;
  private static final Path PGBENCH = Path.of("/usr/lib/postgresql/15/bin/pgbench");

  private WalSamples() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    if (!Files.exists(folder.resolve("pages"))) {
      pages(folder.resolve("pages"));
    }
    if (!Files.exists(folder.resolve("short"))) {
      shortRecords(folder.resolve("short"));
    }
  }

  private static void pages(Path to) throws IOException, InterruptedException {
    try (EmbeddedPostgres server = server("on")) {
      bench(server, "--initialize", "--quiet", "--scale=20");
      String first = begin(server);
      while (written(server, first) < SEGMENTS + 1L) {
        server.run("CHECKPOINT");
        bench(server, "--client=4", "--transactions=500", "--no-vacuum");
      }
      keep(server, first, to);
    }
  }

  private static void shortRecords(Path to) throws IOException {
    try (EmbeddedPostgres server = server("off")) {
      server.run("CREATE TABLE rows (a int, b text)");
      String first = begin(server);
      while (written(server, first) < SEGMENTS + 1L) {
        server.run(
            "INSERT INTO rows SELECT i, repeat('x', 40) FROM generate_series(1, 200000) AS i");
      }
      keep(server, first, to);
    }
  }

  private static EmbeddedPostgres server(String fullPageWrites) {
    return EmbeddedPostgres.builder(18)
        .setting("fsync", "off")
        .setting("synchronous_commit", "off")
        .setting("full_page_writes", fullPageWrites)
        .setting("wal_keep_size", "4GB")
        .setting("max_wal_size", "4GB")
        .setting("autovacuum", "off")
        .start();
  }

  /** The name of the first segment that holds nothing but what is measured. */
  private static String begin(EmbeddedPostgres server) {
    server.run("CHECKPOINT", "SELECT pg_switch_wal()");
    try (Sql sql = server.sql("postgres")) {
      return sql.value("SELECT pg_walfile_name(pg_current_wal_insert_lsn())");
    }
  }

  /** Segments that were begun since. */
  private static long written(EmbeddedPostgres server, String first) {
    try (Sql sql = server.sql("postgres")) {
      Lsn at = Lsn.parse(sql.value("SELECT pg_current_wal_flush_lsn()"));
      long begun = Long.parseLong(first.substring(8, 16), 16) << 32;
      begun |= Long.parseLong(first.substring(16), 16) * SEGMENT;
      return at.minus(new Lsn(begun)) / SEGMENT;
    }
  }

  private static void keep(EmbeddedPostgres server, String first, Path to) throws IOException {
    server.stop();
    Path unfinished = to.resolveSibling(to.getFileName() + ".part");
    Files.createDirectories(unfinished);
    try (Stream<Path> files = Files.list(server.dataDirectory().resolve("pg_wal"))) {
      List<Path> segments =
          files
              .filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}"))
              .filter(file -> file.getFileName().toString().compareTo(first) >= 0)
              .sorted()
              .limit(SEGMENTS)
              .toList();
      for (Path segment : segments) {
        Files.copy(segment, unfinished.resolve(segment.getFileName()));
      }
    }
    Files.move(unfinished, to);
  }

  private static void bench(EmbeddedPostgres server, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(PGBENCH.toString());
    command.addAll(List.of("--host=127.0.0.1", "--port=" + server.port()));
    command.add("--username=" + server.login().user());
    command.addAll(List.of(options));
    command.add("postgres");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PGPASSWORD", server.login().password());
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    int status = builder.start().waitFor();
    if (status != 0) {
      throw new IllegalStateException("pgbench ended with status " + status);
    }
  }
}
