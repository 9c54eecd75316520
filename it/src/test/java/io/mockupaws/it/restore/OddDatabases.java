package io.mockupaws.it.restore;

import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Two databases of one server: {@code marks}, with a row behind each kind of target, and {@code
 * odd}, with an ICU locale, a tablespace, an extension that newer servers lack, publications, a
 * subscription, large objects, and a role that nothing but the database itself names.
 */
final class OddDatabases implements AutoCloseable {
  private final DebianCluster live;
  private final Path place;
  private final ServerSocket publisher;
  private final AtomicLong calls = new AtomicLong();
  private String timeBehindFirst = "";
  private String lsnBehindSecond = "";
  private String xidOfThird = "";
  private String wanted = "";

  OddDatabases(DebianCluster live) {
    this.live = live;
    try {
      place = Files.createTempDirectory("maw-odd-");
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x--x"));
      for (String folder : List.of("t", "tls", "far")) {
        Files.setPosixFilePermissions(
            Files.createDirectory(place.resolve(folder)),
            PosixFilePermissions.fromString("rwx--x--x"));
      }
      publisher = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::answerNobody);
    secure();
    live.run(
        "CREATE ROLE keeper LOGIN CREATEDB PASSWORD 'kept'",
        "CREATE ROLE visitor",
        "CREATE DATABASE marks",
        "CREATE TABLESPACE far LOCATION '" + place.resolve("far") + "'",
        "CREATE DATABASE odd OWNER keeper TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8'"
            + " LC_CTYPE 'C.UTF-8' LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk'",
        "REVOKE ALL ON DATABASE odd FROM PUBLIC",
        "GRANT CONNECT ON DATABASE odd TO visitor");
    try (Sql sql = live.login().sql("marks")) {
      sql.run("CREATE TABLE mark (n int)");
    }
    try (Sql sql = live.login().sql("odd")) {
      fill(sql);
    }
  }

  private void secure() {
    Path key = place.resolve("tls/server.key");
    DatabaseKindsIT.openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        key.toString(),
        "-out",
        certificate());
    HostCommand.run(List.of("chown", "-R", "postgres:", key + "", place.resolve("far") + ""));
    live.configure(
        "ssl = on", "ssl_cert_file = '" + certificate() + "'", "ssl_key_file = '" + key + "'");
  }

  private void fill(Sql sql) {
    sql.run(
        "CREATE EXTENSION adminpack",
        "SET ROLE keeper",
        "CREATE SCHEMA far",
        "RESET ROLE",
        "CREATE TABLE far.words (w text) TABLESPACE far",
        "ALTER TABLE far.words OWNER TO keeper",
        "INSERT INTO far.words VALUES ('Az'), ('Äb'), ('Ad')",
        "CREATE INDEX ON far.words (w) TABLESPACE far",
        "SELECT lo_from_bytea(77, '\\x0102')",
        "SELECT lo_create(78)",
        "ALTER LARGE OBJECT 77 OWNER TO keeper",
        "ALTER LARGE OBJECT 78 OWNER TO keeper",
        "GRANT SELECT ON LARGE OBJECT 77 TO PUBLIC",
        "COMMENT ON LARGE OBJECT 77 IS 'two bytes'",
        "CREATE PUBLICATION everything FOR ALL TABLES",
        "CREATE PUBLICATION words FOR TABLE far.words WHERE (w <> 'x') WITH (publish = 'insert')",
        ("CREATE SUBSCRIPTION follower CONNECTION 'host=127.0.0.1 port=%d user=x password=hidden'"
                + " PUBLICATION p WITH (connect = false, slot_name = 'of_nobody')")
            .formatted(publisher.getLocalPort()),
        "ALTER SUBSCRIPTION follower ENABLE");
  }

  /** Whoever follows the subscription calls here, and is counted. */
  private void answerNobody() {
    while (!publisher.isClosed()) {
      try {
        publisher.accept().close();
        calls.incrementAndGet();
      } catch (IOException e) {
        return; // it is closed
      }
    }
  }

  long publisherCalls() {
    return calls.get();
  }

  /** A row behind each target, each in a transaction of its own, and what is regretted. */
  void writeMarks() {
    try (Sql sql = live.login().sql("marks")) {
      sql.run("INSERT INTO mark VALUES (1)");
      timeBehindFirst =
          sql.value(
              "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')");
      sql.run("INSERT INTO mark VALUES (2)");
      lsnBehindSecond = sql.value("SELECT pg_current_wal_insert_lsn()");
      sql.run("INSERT INTO mark VALUES (3)");
      xidOfThird = sql.value("SELECT xmin FROM mark WHERE n = 3");
      sql.run("INSERT INTO mark VALUES (4)", "DROP TABLE mark");
    }
  }

  /** Names the moment; behind it the server follows nobody, and the extension is gone. */
  void name(String moment) {
    await().atMost(Duration.ofMinutes(1)).until(() -> calls.get() > 0);
    live.run("SELECT pg_create_restore_point('" + moment + "')");
    wanted = dump("odd");
    try (Sql sql = live.login().sql("odd")) {
      sql.run("ALTER SUBSCRIPTION follower DISABLE");
      DatabaseKindsIT.awaitQuiet(sql);
      sql.run("DROP EXTENSION adminpack");
    }
  }

  /** PostgreSQL's own dump as text, without subscriptions and random words. */
  String dump(String database) {
    return HostCommand.run(
            DebianCluster.BINARIES.resolve("pg_dump").toString(),
            "--no-subscriptions",
            "-d",
            live.login().url(database))
        .lines()
        .filter(line -> !line.contains("restrict "))
        .collect(Collectors.joining("\n"));
  }

  /** An empty database that takes only what comes over TLS, or only what does not. */
  void createInsisting(String database, boolean tls) {
    live.run("CREATE DATABASE " + database);
    try (Sql sql = live.login().sql(database)) {
      sql.run(
          """
          CREATE FUNCTION insist() RETURNS event_trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) <> %s THEN
              RAISE EXCEPTION 'not as the address says';
            END IF;
          END $$
          """
              .formatted(tls),
          "CREATE EVENT TRIGGER i ON ddl_command_start EXECUTE FUNCTION insist()");
    }
  }

  /** What {@code odd} was at the moment. */
  String wanted() {
    return wanted;
  }

  ServerLogin keeper() {
    return live.login().as("keeper", "kept");
  }

  Path place() {
    return place;
  }

  String certificate() {
    return place.resolve("tls/server.crt").toString();
  }

  String timeBehindFirst() {
    return timeBehindFirst;
  }

  String lsnBehindSecond() {
    return lsnBehindSecond;
  }

  String xidOfThird() {
    return xidOfThird;
  }

  @Override
  public void close() {
    try {
      publisher.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    FileTrees.delete(place);
  }
}
