package io.mockupaws.it.support;

import io.mockupaws.demo.postgres.FreePort;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A cluster as Debian makes it, with its configuration in {@code /etc/postgresql}, outside the data
 * directory. It is dropped when closed.
 */
public final class DebianCluster implements AutoCloseable {

  /** The version that Debian 12 has. */
  public static final int MAJOR = 15;

  /** Its programs, all of them. */
  public static final Path BINARIES = Path.of("/usr/lib/postgresql/15/bin");

  private static final String PASSWORD = UUID.randomUUID().toString();

  private final String name;
  private final int port;

  private DebianCluster(String name, int port) {
    this.name = name;
    this.port = port;
  }

  /** Creates and starts one; the options are initdb's. */
  public static DebianCluster create(String... initdbOptions) {
    String name = "maw" + UUID.randomUUID().toString().substring(0, 8);
    DebianCluster cluster = new DebianCluster(name, FreePort.find());
    List<String> command = new ArrayList<>(List.of("pg_createcluster", "--port"));
    command.addAll(List.of(Integer.toString(cluster.port), Integer.toString(MAJOR), name));
    command.add("--");
    command.addAll(Arrays.asList(initdbOptions));
    HostCommand.run(command);
    try {
      cluster.start();
      cluster.giveThePassword();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  public void start() {
    control("start");
  }

  public void stop() {
    control("stop", "-m", "fast");
  }

  public void restart() {
    control("restart", "-m", "fast");
  }

  /** Writes a file that the configuration includes, and restarts. */
  public void configure(String... lines) {
    Path file = configurationDirectory().resolve("conf.d").resolve("it.conf");
    try {
      Files.write(file, List.of(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    restart();
  }

  public ServerLogin login() {
    return new ServerLogin(port, "postgres", PASSWORD);
  }

  public Path dataDirectory() {
    return Path.of("/var/lib/postgresql", Integer.toString(MAJOR), name);
  }

  public Path configurationDirectory() {
    return Path.of("/etc/postgresql", Integer.toString(MAJOR), name);
  }

  /** Runs statements as superuser in database {@code postgres}. */
  public void run(String... statements) {
    try (Sql sql = login().sql("postgres")) {
      sql.run(statements);
    }
  }

  @Override
  public void close() {
    HostCommand.run(List.of("pg_dropcluster", "--stop", Integer.toString(MAJOR), name));
  }

  private void control(String action, String... options) {
    List<String> command =
        new ArrayList<>(List.of("pg_ctlcluster", Integer.toString(MAJOR), name, action));
    command.addAll(Arrays.asList(options));
    HostCommand.run(command);
  }

  /** Over the socket, where Debian lets the superuser in by the name of the host's user. */
  private void giveThePassword() {
    HostCommand.run(
        List.of(
            "runuser",
            "-u",
            "postgres",
            "--",
            BINARIES.resolve("psql").toString(),
            "-X",
            "-q",
            "-p",
            Integer.toString(port),
            "-c",
            "ALTER ROLE postgres PASSWORD '" + PASSWORD + "'"));
  }
}
