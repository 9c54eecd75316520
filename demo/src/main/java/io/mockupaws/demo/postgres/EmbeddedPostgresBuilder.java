package io.mockupaws.demo.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a server shall be like; {@link #start} makes its directory and starts it. */
public final class EmbeddedPostgresBuilder {

  private final PostgresBinaries binaries;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> initdbOptions = new ArrayList<>();
  private final List<String> hbaLines = new ArrayList<>();
  private HostUser user = HostUser.forServers();
  private Optional<Path> dataDirectory = Optional.empty();
  private Optional<Path> parent = Optional.empty();
  private int port;
  private int segmentMegabytes = 16;
  private boolean checksums = true;
  private Optional<Path> socket = Optional.empty();

  EmbeddedPostgresBuilder(PostgresBinaries binaries) {
    this.binaries = binaries;
  }

  /**
   * Where the data directory shall be; it must not exist, its parent must, and the server's user
   * must be able to get there. Without it: in a temporary place.
   */
  public EmbeddedPostgresBuilder dataDirectory(Path path) {
    dataDirectory = Optional.of(path.toAbsolutePath());
    return this;
  }

  /**
   * Where log and, unless placed elsewhere, the data directory shall be: in a new folder in this
   * one, which the server's user must be able to reach. Without it: in the temporary folder.
   */
  public EmbeddedPostgresBuilder under(Path folder) {
    parent = Optional.of(folder.toAbsolutePath());
    return this;
  }

  /** The port on 127.0.0.1; without it a free one. */
  public EmbeddedPostgresBuilder port(int number) {
    port = number;
    return this;
  }

  /**
   * Listens on a socket in that folder as well. Without it on 127.0.0.1 alone: the path of a socket
   * is limited to 107 bytes, which a temporary folder may exceed ({@code pqcomm.c}).
   */
  public EmbeddedPostgresBuilder socket(Path folder) {
    socket = Optional.of(folder);
    return this;
  }

  /** A line of {@code postgresql.conf}; the value as text, quoted here. */
  public EmbeddedPostgresBuilder setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** Page checksums, on unless turned off, in all versions alike. */
  public EmbeddedPostgresBuilder checksums(boolean on) {
    checksums = on;
    return this;
  }

  /** The size of a WAL segment in MiB, a power of two from 1 to 1024. */
  public EmbeddedPostgresBuilder segmentMegabytes(int size) {
    segmentMegabytes = size;
    return this;
  }

  /** Lets the group of the data directory read it (mode 0750). */
  public EmbeddedPostgresBuilder groupAccess() {
    initdbOptions.add("--allow-group-access");
    return this;
  }

  /** Further options of {@code initdb}; a later one wins over an earlier one. */
  public EmbeddedPostgresBuilder initdb(String... options) {
    initdbOptions.addAll(List.of(options));
    return this;
  }

  /** A line for {@code pg_hba.conf}, before those that initdb wrote. */
  public EmbeddedPostgresBuilder hba(String line) {
    hbaLines.add(line);
    return this;
  }

  /** The user the server runs as, if not the usual one. */
  public EmbeddedPostgresBuilder user(HostUser other) {
    user = other;
    return this;
  }

  /** Makes the cluster and starts its server; what was made is removed again if that fails. */
  public EmbeddedPostgres start() {
    Path base = privateFolder();
    EmbeddedPostgres server = null;
    try {
      Path data = dataDirectory.orElse(base.resolve("data"));
      String password = randomPassword();
      initialise(base, data, password);
      int chosen = port == 0 ? FreePort.find() : port;
      configure(data, chosen);
      server =
          new EmbeddedPostgres(
              binaries, user, base, data, new ServerLogin(chosen, "postgres", password));
      if (!hbaLines.isEmpty()) {
        server.hba(hbaLines);
      }
      server.start();
      return server;
    } catch (IOException e) {
      FileTrees.delete(base);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      if (server == null) {
        FileTrees.delete(base);
      } else {
        server.close();
      }
      throw e;
    }
  }

  /** Others may pass through it to the data directory, but not look around. */
  private Path privateFolder() {
    try {
      Path base =
          parent.isPresent()
              ? Files.createTempDirectory(parent.get(), "server-")
              : Files.createTempDirectory("mockupaws-server-");
      user.own(base);
      Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx--x--x"));
      return base;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void initialise(Path base, Path data, String password) throws IOException {
    Path passwordFile = base.resolve("password");
    Files.createFile(
        passwordFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile, password);
    user.own(passwordFile);
    if (dataDirectory.isPresent()) {
      Files.createDirectory(data);
      user.own(data);
    }
    List<String> command = new ArrayList<>();
    command.add(binaries.program("initdb").toString());
    command.addAll(
        List.of("-D", data.toString(), "-U", "postgres", "--pwfile=" + passwordFile, "-A"));
    command.addAll(List.of("scram-sha-256", "--no-locale", "--encoding=UTF8", "--no-sync"));
    command.add("--wal-segsize=" + segmentMegabytes);
    if (checksums) {
      command.add("--data-checksums");
    } else if (binaries.major() >= 18) {
      command.add("--no-data-checksums");
    }
    command.addAll(initdbOptions);
    ServerProcess.run(user.command(command));
    Files.delete(passwordFile);
  }

  private void configure(Path data, int chosen) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("port", Integer.toString(chosen));
    all.put("listen_addresses", ServerLogin.HOST);
    all.put("unix_socket_directories", socket.map(Path::toString).orElse(""));
    // POSIX shared memory outlives a killed server; files in the data directory go with it.
    all.put("dynamic_shared_memory_type", "mmap");
    all.putAll(settings);
    StringBuilder lines = new StringBuilder("\n");
    all.forEach(
        (name, value) ->
            lines.append(name).append(" = '").append(value.replace("'", "''")).append("'\n"));
    Files.writeString(data.resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
  }

  private static String randomPassword() {
    byte[] bytes = new byte[18];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }
}
