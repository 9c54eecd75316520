package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.restore.Commands;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The server in a scratch folder, or another safe copy, reached through the socket in its data
 * directory, which only its user and root can enter.
 */
public final class ScratchServer {
  private static final long PATIENCE_SECONDS = 20;

  /** Its catalogues are there in every cluster, and hardly ever closed to connections. */
  private static final List<String> OPEN_TO_ALL = List.of("postgres", "template1");

  private final Path data;
  private final int port;
  private final int major;
  private final String superuser;

  private ScratchServer(Path data, int port, int major, String superuser) {
    this.data = data;
    this.port = port;
    this.major = major;
    this.superuser = superuser;
  }

  /**
   * Finds a superuser. Any role will do to look, since the socket asks for no password.
   *
   * @param known names that may be roles there
   */
  public static ScratchServer find(Path data, int port, int major, List<String> known) {
    Set<String> names = new LinkedHashSet<>(known);
    names.add("postgres");
    names.addAll(RoleNames.in(data));
    Optional<Failure> last = Optional.empty();
    for (String name : names) {
      ScratchServer server = new ScratchServer(data, port, major, name);
      for (String database : OPEN_TO_ALL) {
        try (ServerSession session = server.open(database)) {
          return new ScratchServer(data, port, major, superuser(session));
        } catch (Failure e) {
          last = Optional.of(e);
        }
      }
    }
    throw last.orElseThrow();
  }

  private static String superuser(ServerSession session) {
    return session
        .query(
            "looking for a superuser",
            "SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid LIMIT 1",
            row -> row.getString(1))
        .stream()
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.DATABASE_UNFIT,
                    "no superuser of the cluster may log in at that moment",
                    "restore the cluster with --to-dir and take the database from there"));
  }

  /** A session in one of its databases. */
  public ServerSession open(String database) {
    return ServerSession.open(address(database));
  }

  /** As whoever reads everything: row security and login triggers are not for a copy. */
  public ServerAddress address(String database) {
    String url =
        "postgresql:///%s?host=%s&port=%d&user=%s"
            .formatted(encode(database), encode(data.toString()), port, encode(superuser));
    String options = major >= 17 ? "&options=" + encode("-c event_triggers=off") : "";
    return ServerAddress.parse(url + options, Map.of());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Ends the server of a data directory at once: what it holds is thrown away. Only a process that
   * works in that directory is touched.
   */
  static void kill(Path data) {
    Optional<ProcessHandle> server = process(data);
    if (server.isEmpty()) {
      return;
    }
    List<ProcessHandle> children = server.get().descendants().toList();
    // at once and not killed: it gives its shared memory back
    Commands.run(List.of("/bin/sh", "-c", "kill -s QUIT " + server.get().pid()));
    if (!hasEnded(server.get())) {
      server.get().destroyForcibly();
      hasEnded(server.get());
    }
    children.forEach(ProcessHandle::destroyForcibly);
    // one that still writes would bring back what is removed next
    children.forEach(ScratchServer::hasEnded);
  }

  private static boolean hasEnded(ProcessHandle process) {
    try {
      process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(
          ErrorCode.RESTORE_INTERRUPTED, "interrupted while a server ended", "restore again", e);
    }
  }

  private static Optional<ProcessHandle> process(Path data) {
    try {
      return Files.readAllLines(data.resolve("postmaster.pid")).stream()
          .findFirst()
          .map(String::strip)
          .filter(line -> line.matches("[0-9]{1,9}"))
          .map(Long::parseLong)
          .flatMap(ProcessHandle::of)
          .filter(handle -> worksIn(handle, data));
    } catch (IOException e) {
      // there is none: it had not begun, or has ended
      return Optional.empty();
    }
  }

  private static boolean worksIn(ProcessHandle handle, Path data) {
    try {
      return Files.isSameFile(Path.of("/proc", Long.toString(handle.pid()), "cwd"), data);
    } catch (IOException e) {
      return false;
    }
  }
}
