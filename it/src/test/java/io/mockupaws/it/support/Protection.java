package io.mockupaws.it.support;

import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A live server as an operator protects it: a role that may do just enough, a slot, a spool. */
public final class Protection implements AutoCloseable {

  /** The role made by {@code init}. */
  public static final String ROLE = "mockupaws_role";

  private final ServerLogin admin;
  private final String database;
  private final Program operator;

  /** The operator's own program, run by that user. */
  public Protection(ServerLogin admin, String database, Vault vault, HostUser user, Path binaries) {
    this.admin = admin;
    this.database = database;
    this.operator = Program.as(user, binaries).with(vault.environment());
    operator
        .with("DATABASE_URL", role().url(database))
        .with("BACKUP_SPOOL_DIR", operator.home().resolve("spool").toString())
        .with("BACKUP_LOG_DIR", operator.home().resolve("logs").toString())
        .with("PGPASSFILE", passwordFile().toString());
  }

  public Program operator() {
    return operator;
  }

  /** The login of the role that {@code init} makes. */
  public ServerLogin role() {
    return admin.as(ROLE, "a password: with/specials@" + admin.port());
  }

  /** {@code init} with the administrator's address; its password comes from a password file. */
  public JsonNode initialise(String cluster) {
    return operator.answer(
        "init",
        "--cluster",
        cluster,
        "--admin-url",
        "postgresql://%s@%s:%d/%s"
            .formatted(admin.user(), ServerLogin.HOST, admin.port(), database));
  }

  /** Starts {@code stream} and returns when WAL flows. */
  public RunningProgram stream(String... options) {
    RunningProgram stream =
        operator.start(
            Stream.concat(Stream.of("stream"), Stream.of(options)).toArray(String[]::new));
    try (Sql sql = admin.sql(database)) {
      waitFor(
          stream,
          "no stream",
          () ->
              sql.number("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
                  == 1);
    }
    return stream;
  }

  /** Returns when everything the server has written is reported to it as durable. */
  public void awaitDurable(RunningProgram stream) {
    try (Sql sql = admin.sql(database)) {
      String written = sql.value("SELECT pg_current_wal_insert_lsn()");
      waitFor(
          stream,
          "not durable up to " + written,
          () ->
              sql.value(
                      "SELECT coalesce(max(flush_lsn) >= '%s', false) FROM pg_stat_replication"
                          .formatted(written))
                  .equals("t"));
    }
  }

  @Override
  public void close() {
    operator.close();
  }

  private static void waitFor(
      RunningProgram stream, String otherwise, Callable<Boolean> condition) {
    await(otherwise)
        .atMost(Program.patience())
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (!stream.isRunning()) {
                throw new AssertionError(stream.await().told());
              }
              return condition.call();
            });
  }

  private Path passwordFile() {
    try {
      Path file = operator.home().resolve(".pgpass");
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, "*:*:*:%s:%s%n".formatted(admin.user(), admin.password()));
      operator.user().own(file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
