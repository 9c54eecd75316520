package io.mockupaws.demo.postgres;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@code postgres} that we started, with all its children. */
final class ServerProcess {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path dataDirectory;

  private ServerProcess(Process process, Path dataDirectory) {
    this.process = process;
    this.dataDirectory = dataDirectory;
  }

  /** Starts it; what it prints is appended to the log. */
  static ServerProcess start(List<String> command, Path dataDirectory, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(new File("/dev/null"));
    cleanEnvironment(builder);
    try {
      return new ServerProcess(builder.start(), dataDirectory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** libpq's variables of our own caller are none of our servers' business. */
  static void cleanEnvironment(ProcessBuilder builder) {
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Fast shutdown: open transactions are rolled back, a checkpoint is written. */
  void stop() {
    signal("INT");
    await(process.toHandle());
  }

  /** Immediate shutdown: no checkpoint, the next start recovers. */
  void stopImmediately() {
    signal("QUIT");
    await(process.toHandle());
  }

  /**
   * Ends the server and its children by SIGKILL, as a crash of the host would, and takes away the
   * System V memory that then stays in the kernel.
   */
  void kill() {
    List<String> sharedMemory = sharedMemory();
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    await(process.toHandle());
    children.forEach(ServerProcess::await);
    sharedMemory.forEach(id -> run(List.of("ipcrm", "-m", id)));
  }

  private void signal(String name) {
    if (process.isAlive()) {
      run(List.of("sh", "-c", "kill -" + name + " " + process.pid()));
    }
  }

  /** Line 7 of postmaster.pid: key and id of the segment that guards the directory. */
  private List<String> sharedMemory() {
    try (Stream<String> lines = Files.lines(dataDirectory.resolve("postmaster.pid"))) {
      return lines
          .skip(6)
          .limit(1)
          .map(line -> line.strip().split("\\s+", -1))
          .filter(fields -> fields.length == 2)
          .map(fields -> fields[1])
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  private static void await(ProcessHandle handle) {
    try {
      handle.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresFailure("interrupted while process " + handle.pid() + " ends", e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new PostgresFailure("process " + handle.pid() + " does not end", e);
    }
  }

  /** Runs a short command and gives what it printed. */
  static String run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null")).directory(new File("/"));
    cleanEnvironment(builder);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new PostgresFailure(String.join(" ", command) + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresFailure("interrupted during " + command.getFirst(), e);
    }
  }
}
