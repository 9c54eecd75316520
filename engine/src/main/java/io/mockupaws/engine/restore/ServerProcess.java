package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A {@code postgres} that we started, and how to end it. It has a session of its own, so that the
 * end of our terminal or a Ctrl-C meant for us does not reach it.
 */
final class ServerProcess {
  private final Process process;
  private final Path directory;

  private ServerProcess(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /**
   * Starts a server.
   *
   * @param settings given on the command line: they win over all files until the next start
   * @param log where its output is appended
   */
  static ServerProcess start(
      ServerBinaries binaries,
      Owner owner,
      Path directory,
      Map<String, String> settings,
      Path log) {
    List<String> command = new ArrayList<>();
    Commands.find("setsid").ifPresent(setsid -> command.add(setsid.toString()));
    command.addAll(List.of(binaries.postgres().toString(), "-D", directory.toString()));
    settings.forEach(
        (name, value) -> {
          command.add("-c");
          command.add(name + "=" + value);
        });
    ProcessBuilder builder =
        Commands.builder(Commands.as(owner, command))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    return LocalFiles.attempt(
        "starting a server in", directory, () -> new ServerProcess(builder.start(), directory));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The status it ended with; while it lives, empty. */
  Optional<Integer> status() {
    return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
  }

  /**
   * The server's own process: the one we started, or, where a program that changes the user stands
   * between, the one it names in {@code postmaster.pid}.
   */
  long pid() {
    return lockFileLine(1).filter(this::isOurs).orElseGet(process::pid);
  }

  /** Where it listens; 0 when it has ended. */
  int port() {
    return lockFileLine(4).map(Long::intValue).orElse(0);
  }

  /** A number in {@code postmaster.pid} ({@code src/include/utils/pidfile.h}). */
  private Optional<Long> lockFileLine(int number) {
    return LocalFiles.read(directory.resolve("postmaster.pid"))
        .map(content -> new String(content, StandardCharsets.UTF_8))
        .flatMap(text -> text.lines().skip(number - 1L).findFirst())
        .map(String::strip)
        .filter(line -> line.matches("[0-9]{1,9}"))
        .map(Long::parseLong);
  }

  private boolean isOurs(long pid) {
    return pid == process.pid()
        || process.descendants().anyMatch(descendant -> descendant.pid() == pid);
  }

  /** Ends it: first fast, so that it writes a checkpoint, then at once. */
  void stop() {
    signal("INT");
    if (!waitFor(60)) {
      signal("QUIT");
    }
    if (!waitFor(20)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private void signal(String name) {
    if (process.isAlive()) {
      Commands.run(List.of("/bin/sh", "-c", "kill -s " + name + " " + pid()));
    }
  }

  private boolean waitFor(long seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(
          ErrorCode.RESTORE_INTERRUPTED,
          "interrupted while the server in " + directory + " was being stopped",
          "look whether it still runs",
          e);
    }
  }
}
