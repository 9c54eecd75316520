package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.restore.Commands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * One of PostgreSQL's client programs at work. The way to its server, password included, is in its
 * environment, never among its arguments. What it says on standard error is read as it comes.
 */
final class ClientProcess implements AutoCloseable {
  private static final int KEPT_LINES = 20;

  private final String program;
  private final Process process;
  private final Deque<String> said = new ArrayDeque<>();
  private final Thread listener;

  private ClientProcess(String program, Process process) {
    this.program = program;
    this.process = process;
    this.listener = Thread.startVirtualThread(this::listen);
  }

  static ClientProcess start(
      ClientTools tools, String program, List<String> arguments, ServerAddress server) {
    List<String> command = new ArrayList<>(List.of(tools.program(program), "--no-password"));
    command.addAll(arguments);
    ProcessBuilder builder = Commands.builder(command).redirectInput(Redirect.PIPE);
    Map<String, String> environment = builder.environment();
    environment.putAll(server.libpqEnvironment());
    // its messages are repeated, and told apart by words
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("PGCLIENTENCODING", "UTF8");
    try {
      return new ClientProcess(program, builder.start());
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "cannot run " + tools.program(program) + ": " + e.getMessage(),
          "look at whether it may be run",
          e);
    }
  }

  private void listen() {
    try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (said) {
          said.addLast(line);
          if (said.size() > KEPT_LINES) {
            said.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      // it has ended; what it said before is known
    }
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  InputStream output() {
    return process.getInputStream();
  }

  /** Waits for its end, which has to be a good one. */
  void finish() {
    try {
      int status = process.waitFor();
      listener.join();
      if (status != 0) {
        throw failure();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ErrorCode.RESTORE_INTERRUPTED, "interrupted", "restore again", e);
    }
  }

  /** What went wrong, in its own words. */
  Failure failure() {
    String words;
    try {
      listener.join(java.time.Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (said) {
      words = String.join("; ", said);
    }
    return new Failure(
        ErrorCode.DATABASE_COPY_FAILED,
        program + " failed" + (words.isEmpty() ? "" : ": " + words),
        advice(words));
  }

  private static String advice(String words) {
    if (words.contains("must be able to SET ROLE") || words.contains("must be member of role")) {
      return "connect as a superuser, or restore with --no-owner";
    }
    if (words.contains("max_locks_per_transaction")) {
      return "restore with --replace or --disposable, or raise max_locks_per_transaction";
    }
    if (words.contains("No space left")) {
      return "make room on the destination's disk";
    }
    return "mend what it names and restore again; the destination is as it was before";
  }

  @Override
  public void close() {
    end();
  }

  /** Ends it, if it runs. */
  void end() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
