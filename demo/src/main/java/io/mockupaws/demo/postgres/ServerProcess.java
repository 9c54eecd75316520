package io.mockupaws.demo.postgres;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A {@code postgres} that we started, with all its children. */
final class ServerProcess {

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
    StartedServer.await(process.toHandle());
  }

  /** Immediate shutdown: no checkpoint, the next start recovers. */
  void stopImmediately() {
    signal("QUIT");
    StartedServer.await(process.toHandle());
  }

  /** SIGKILL to the server and its children. */
  void kill() {
    StartedServer.kill(process.toHandle(), dataDirectory);
  }

  private void signal(String name) {
    if (process.isAlive()) {
      run(List.of("sh", "-c", "kill -" + name + " " + process.pid()));
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
