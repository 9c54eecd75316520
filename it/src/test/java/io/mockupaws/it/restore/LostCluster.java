package io.mockupaws.it.restore;

import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * A server that crashed, and what an operator has of it: a repository and a key. It had a
 * tablespace {@code fast} and the table {@code s} of 1000 rows in it. Of the rows of {@code t} the
 * numbers 1 to 4 are on both its timelines, 5 on the first one behind the fork, 6 and 7 on the
 * second. The table {@code doomed} of 500 rows was made and dropped between 6 and 7, when nobody
 * streamed any more.
 */
final class LostCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path places;
  private final EmbeddedPostgres live;
  private final Vault vault;
  private final Protection protection;
  private final Row third;
  private final Row fifth;
  private final Row seventh;
  private final String history;

  /** A row of {@code t} by the transaction that wrote it and the time of its commit, in UTC. */
  record Row(String xid, String time) {}

  LostCluster(int major) throws IOException {
    places = Files.createTempDirectory("mockupaws-it-lost-");
    Files.setPosixFilePermissions(places, PosixFilePermissions.fromString("rwxr-xr-x"));
    live =
        EmbeddedPostgres.builder(major)
            .segmentMegabytes(1)
            .setting("track_commit_timestamp", "on")
            // its WAL would come at moments of its own
            .setting("autovacuum", "off")
            .start();
    vault = Vault.directory(HostUser.current());
    protection =
        new Protection(
            live.login(), "postgres", vault, HostUser.current(), live.binaries().folder());
    begin();
    insert(1);
    insert(2);
    third = insert(3);
    insert(4);
    HostCommand.run("cp", "-a", stopped().toString(), place("saved").toString());
    live.start();
    RunningProgram first = protection.stream();
    fifth = insert(5);
    protection.awaitDurable(first);
    first.stop();
    history = backToSaved();
    RunningProgram second = protection.stream();
    insert(6);
    protection.awaitDurable(second);
    second.stop();
    live.run("CREATE TABLE doomed AS SELECT generate_series(1, 500) AS i", "DROP TABLE doomed");
    seventh = insert(7);
    live.kill();
  }

  private void begin() throws IOException {
    live.user().own(Files.createDirectory(liveTablespace()));
    live.run(
        "CREATE TABLESPACE fast LOCATION '" + liveTablespace() + "'",
        "CREATE TABLE t (i int)",
        "CREATE TABLE s TABLESPACE fast AS SELECT generate_series(1, 1000) AS i");
    protection.initialise("prod");
    protection.operator().answer("backup");
  }

  private Row insert(int number) {
    try (Sql sql = live.sql("postgres")) {
      sql.run("INSERT INTO t VALUES (" + number + ")");
      List<String> row =
          sql.rows(
                  "SELECT xmin, to_char(pg_xact_commit_timestamp(xmin) AT TIME ZONE 'UTC',"
                      + " 'YYYY-MM-DD HH24:MI:SS.US') FROM t WHERE i = "
                      + number)
              .getFirst();
      return new Row(row.get(0), row.get(1));
    }
  }

  /** What it wrote up to now is stored; its directory. */
  private Path stopped() {
    RunningProgram stream = protection.stream();
    protection.awaitDurable(stream);
    stream.stop();
    live.stop();
    return live.dataDirectory();
  }

  /** The saved files take the place of the server's, and it is promoted; its history file. */
  private String backToSaved() throws IOException {
    live.stop();
    Path data = live.dataDirectory();
    FileTrees.delete(data);
    HostCommand.run("cp", "-a", place("saved").toString(), data.toString());
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "restore_command = '/bin/false'\n",
        StandardOpenOption.APPEND);
    live.user().own(Files.createFile(data.resolve("recovery.signal")));
    live.start();
    try (Sql sql = live.sql("postgres")) {
      await().atMost(PATIENCE).until(() -> sql.value("SELECT pg_is_in_recovery()").equals("f"));
    }
    return Files.readString(data.resolve("pg_wal/00000002.history"));
  }

  Row third() {
    return third;
  }

  Row fifth() {
    return fifth;
  }

  Row seventh() {
    return seventh;
  }

  /** The history file of its second timeline. */
  String history() {
    return history;
  }

  /** Who knows the repository and its key. */
  Program operator() {
    return protection.operator();
  }

  Vault vault() {
    return vault;
  }

  ServerLogin login() {
    return live.login();
  }

  /** What the crash left. */
  Path dataDirectory() {
    return live.dataDirectory();
  }

  Path liveTablespace() {
    return place("live");
  }

  /** A path for something of this test's; every user can pass to it. */
  Path place(String name) {
    return places.resolve(name);
  }

  /** The real command, into an empty directory, with a server that it starts. */
  RecoveredServer restore(String... options) {
    return RecoveredServer.restore(operator(), live.login(), options);
  }

  @Override
  public void close() {
    protection.close();
    vault.close();
    live.close();
    FileTrees.delete(places);
  }
}
