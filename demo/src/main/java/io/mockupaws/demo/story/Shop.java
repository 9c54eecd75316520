package io.mockupaws.demo.story;

import io.mockupaws.demo.ledger.LedgerTable;
import io.mockupaws.demo.ledger.LogRows;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The server that will be lost, with the database {@code shop}. */
final class Shop {

  static final String DATABASE = "shop";
  static final LogRows ROWS = new LogRows(20_260_407, 20_000);
  static final long PRELOADED = 250_000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(25);

  private final EmbeddedPostgres server;
  private final Clock clock;

  private Shop(EmbeddedPostgres server, Clock clock) {
    this.server = server;
    this.clock = clock;
  }

  /** Starts the server in the workplace and fills its tables. */
  static Shop open(int major, Workplace workplace, Clock clock) {
    Path data = workplace.dataDirectory();
    EmbeddedPostgres server =
        EmbeddedPostgres.builder(major)
            .under(workplace.folder())
            .dataDirectory(data)
            .setting("max_wal_size", "4GB")
            .setting("timezone", "America/New_York")
            .start();
    workplace.atEnd(server::close);
    server.run("CREATE DATABASE " + DATABASE);
    LedgerTable.create(server.login(), DATABASE, ROWS, PRELOADED);
    return new Shop(server, clock);
  }

  ServerLogin login() {
    return server.login();
  }

  Path binaries() {
    return server.binaries().folder();
  }

  String version() {
    return ask("SHOW server_version").split(" ", 2)[0];
  }

  /** The cluster's files, in bytes. */
  long bytes() {
    return Long.parseLong(ask("SELECT sum(pg_database_size(oid)) FROM pg_database"));
  }

  /** Waits until a WAL stream is up. */
  void awaitStream(Runnable check) {
    await(
        "no WAL is streamed",
        check,
        () ->
            ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'").equals("1"));
  }

  /** Waits until everything written so far is reported to the server as durable. */
  void awaitDurable(Runnable check) {
    String written = ask("SELECT pg_current_wal_insert_lsn()");
    await(
        "WAL is streamed but not reported as durable",
        check,
        () ->
            ask("SELECT coalesce(max(flush_lsn) >= '%s', false) FROM pg_stat_replication"
                    .formatted(written))
                .equals("t"));
  }

  /**
   * Somebody deletes and drops without a WHERE.
   *
   * @return the last moment before, in whole microseconds: everything committed by then, and
   *     nothing of this, is wanted back
   */
  Instant makeTheMistake(Narrator narrator) {
    try (Sql sql = login().sql(DATABASE)) {
      Instant before = clock.instant().truncatedTo(ChronoUnit.MICROS);
      narrator.line("shop=> DELETE FROM scenario_logs;");
      sql.run("DELETE FROM scenario_logs");
      narrator.line("shop=> DROP TABLE scenarios;");
      sql.run("DROP TABLE scenarios");
      return before;
    }
  }

  long logRows() {
    return Long.parseLong(ask("SELECT count(*) FROM scenario_logs"));
  }

  /** The host is gone: server killed, directory removed. */
  void lose() {
    server.kill();
    server.removeDataDirectory();
  }

  private String ask(String query) {
    try (Sql sql = login().sql(DATABASE)) {
      return sql.value(query);
    }
  }

  /** Asks again and again, and lets {@code check} end it all when there is nothing to wait for. */
  static void await(String otherwise, Runnable check, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      check.run();
      if (System.nanoTime() > deadline) {
        throw new DemoFailure(otherwise + " after " + PATIENCE.toSeconds() + " s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE.toMillis()));
    }
  }
}
