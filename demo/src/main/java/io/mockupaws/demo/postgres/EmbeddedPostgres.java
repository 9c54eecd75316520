package io.mockupaws.demo.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A PostgreSQL server of our own, on 127.0.0.1. Its superuser is {@code postgres} with a random
 * password. Closing it kills it and removes everything it had; the end of this process does so too.
 *
 * <p>Not for several threads at once, but for {@link #login} and what it opens.
 */
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final PostgresBinaries binaries;
  private final HostUser user;
  private final Path base;
  private final Path dataDirectory;
  private final ServerLogin login;
  private final Thread hook = new Thread(this::clear, "embedded-postgres-cleanup");
  private Optional<ServerProcess> process = Optional.empty();

  EmbeddedPostgres(
      PostgresBinaries binaries, HostUser user, Path base, Path dataDirectory, ServerLogin login) {
    this.binaries = binaries;
    this.user = user;
    this.base = base;
    this.dataDirectory = dataDirectory;
    this.login = login;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A new cluster of that major version, 15 to 18, from the binaries on our class path. */
  public static EmbeddedPostgresBuilder builder(int major) {
    return new EmbeddedPostgresBuilder(PostgresBinaries.embedded(major));
  }

  /** A new cluster with those binaries. */
  public static EmbeddedPostgresBuilder builder(PostgresBinaries binaries) {
    return new EmbeddedPostgresBuilder(binaries);
  }

  /** Starts it and returns when it takes connections. */
  public void start() {
    if (isRunning()) {
      return;
    }
    List<String> command =
        List.of(binaries.program("postgres").toString(), "-D", dataDirectory.toString());
    ServerProcess started = ServerProcess.start(user.command(command), dataDirectory, logFile());
    process = Optional.of(started);
    awaitConnections(started);
  }

  /** Fast shutdown, with a checkpoint. */
  public void stop() {
    process.ifPresent(ServerProcess::stop);
    process = Optional.empty();
  }

  /** Immediate shutdown, without a checkpoint. */
  public void stopImmediately() {
    process.ifPresent(ServerProcess::stopImmediately);
    process = Optional.empty();
  }

  /** SIGKILL to the server and its children. */
  public void kill() {
    process.ifPresent(ServerProcess::kill);
    process = Optional.empty();
  }

  /** Fast shutdown and start. */
  public void restart() {
    stop();
    start();
  }

  public boolean isRunning() {
    return process.map(ServerProcess::isAlive).orElse(false);
  }

  /** The process id of the server, while it runs. */
  public long pid() {
    return process
        .map(ServerProcess::pid)
        .orElseThrow(() -> new PostgresFailure("the server does not run"));
  }

  public PostgresBinaries binaries() {
    return binaries;
  }

  /** Whom it runs as and who owns its directory. */
  public HostUser user() {
    return user;
  }

  public Path dataDirectory() {
    return dataDirectory;
  }

  /** The superuser's login. */
  public ServerLogin login() {
    return login;
  }

  public int port() {
    return login.port();
  }

  /** The superuser's address of a database, password included. */
  public String url(String database) {
    return login.url(database);
  }

  /** Statements as superuser; the caller closes it. */
  public Sql sql(String database) {
    return login.sql(database);
  }

  /** Runs statements as superuser in database {@code postgres}. */
  public void run(String... statements) {
    try (Sql sql = sql("postgres")) {
      sql.run(statements);
    }
  }

  /** Creates a role that may log in and nothing else, but for the attributes given. */
  public ServerLogin createRole(String name, String password, String attributes) {
    run(
        "CREATE ROLE \"%s\" LOGIN PASSWORD '%s' %s"
            .formatted(name.replace("\"", "\"\""), password.replace("'", "''"), attributes));
    return login.as(name, password);
  }

  /** Puts lines before all others of {@code pg_hba.conf}; a running server reads them at once. */
  public void hba(List<String> lines) {
    Path file = dataDirectory.resolve("pg_hba.conf");
    try {
      List<String> all = new ArrayList<>(lines);
      all.addAll(Files.readAllLines(file));
      Files.write(file, all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (isRunning()) {
      run("SELECT pg_reload_conf()");
    }
  }

  /** Everything the server printed so far. */
  public String log() {
    try {
      return Files.exists(logFile()) ? Files.readString(logFile(), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the data directory of a server that does not run: the disk is lost. */
  public void removeDataDirectory() {
    if (isRunning()) {
      throw new PostgresFailure("the server runs on " + dataDirectory);
    }
    FileTrees.delete(dataDirectory);
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook runs already, and finds nothing left to do.
      return;
    }
  }

  private synchronized void clear() {
    kill();
    FileTrees.delete(dataDirectory);
    FileTrees.delete(base);
  }

  private Path logFile() {
    return base.resolve("server.log");
  }

  private void awaitConnections(ServerProcess started) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (Connection connection = login.connect("postgres")) {
        if (connection.isValid((int) PATIENCE.toSeconds())) {
          return;
        }
      } catch (SQLException e) {
        if (!started.isAlive() || System.nanoTime() > deadline) {
          throw new PostgresFailure("the server does not start: " + log(), e);
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE.toMillis()));
    }
  }
}
