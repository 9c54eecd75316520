package io.mockupaws.demo.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * A server that a program of ours has started and left running, known by its data directory. It is
 * only touched while the process named in {@code postmaster.pid} really works in that directory:
 * the number alone may have passed to another program.
 */
public final class StartedServer {

  private static final long PATIENCE_SECONDS = 180;

  private StartedServer() {}

  /** The port it listens on, if it has got so far. */
  public static Optional<Integer> port(Path dataDirectory) {
    List<String> lines = pidFile(dataDirectory);
    return lines.size() > 3 ? Optional.of(Integer.valueOf(lines.get(3).strip())) : Optional.empty();
  }

  /** Whether a server runs in that directory. */
  public static boolean isRunning(Path dataDirectory) {
    return process(dataDirectory).isPresent();
  }

  /** Ends it by SIGKILL, children included; nothing happens when none runs. */
  public static void kill(Path dataDirectory) {
    Optional<ProcessHandle> server = process(dataDirectory);
    if (server.isEmpty()) {
      return;
    }
    kill(server.get(), dataDirectory);
  }

  /**
   * Ends a server and its children by SIGKILL, as a crash of the host would, and takes away the
   * System V memory that then stays in the kernel. It is stopped before its children are listed: a
   * child that it made behind the listing would live on and write.
   */
  static void kill(ProcessHandle server, Path dataDirectory) {
    List<String> memory = sharedMemory(dataDirectory);
    if (server.isAlive()) {
      ServerProcess.run(List.of("sh", "-c", "kill -STOP " + server.pid() + " || true"));
      awaitStopped(server);
    }
    List<ProcessHandle> children = server.descendants().toList();
    server.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    await(server);
    children.forEach(StartedServer::await);
    memory.forEach(id -> ServerProcess.run(List.of("ipcrm", "-m", id)));
  }

  private static void awaitStopped(ProcessHandle server) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (isRunning(server)) {
      if (System.nanoTime() > deadline) {
        throw new PostgresFailure("process " + server.pid() + " does not stop");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** Neither stopped nor at its end, by the state behind the name in {@code /proc/PID/stat}. */
  private static boolean isRunning(ProcessHandle server) {
    try {
      String stat = Files.readString(Path.of("/proc/" + server.pid() + "/stat"));
      return "TZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  /** Line 7 of postmaster.pid: key and id of the System V segment that guards the directory. */
  static List<String> sharedMemory(Path dataDirectory) {
    return pidFile(dataDirectory).stream()
        .skip(6)
        .limit(1)
        .map(line -> line.strip().split("\\s+", -1))
        .filter(fields -> fields.length == 2)
        .map(fields -> fields[1])
        .toList();
  }

  static void await(ProcessHandle handle) {
    try {
      handle.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresFailure("interrupted while process " + handle.pid() + " ends", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new PostgresFailure("process " + handle.pid() + " does not end", e);
    }
  }

  private static Optional<ProcessHandle> process(Path dataDirectory) {
    return pidFile(dataDirectory).stream()
        .findFirst()
        .map(line -> Long.parseLong(line.strip()))
        .flatMap(ProcessHandle::of)
        .filter(handle -> worksIn(handle, dataDirectory));
  }

  private static boolean worksIn(ProcessHandle handle, Path dataDirectory) {
    try {
      return Files.isSameFile(Path.of("/proc/" + handle.pid() + "/cwd"), dataDirectory);
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> pidFile(Path dataDirectory) {
    try {
      return Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
