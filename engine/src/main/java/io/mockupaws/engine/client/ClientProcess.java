package io.mockupaws.engine.client;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of PostgreSQL's client programs at work. The way to its server, password included, is in its
 * environment, never among its arguments. What it says on standard error is read as it comes.
 */
public final class ClientProcess implements AutoCloseable {
  private final String program;
  private final Task task;
  private final Process process;
  private final Said said = new Said();
  private final Thread listener;

  /** What it is run for, which says what its failure means. */
  public enum Task {
    DUMP,
    RESTORE;

    ErrorCode code() {
      return switch (this) {
        case DUMP -> ErrorCode.DUMP_FAILED;
        case RESTORE -> ErrorCode.DATABASE_COPY_FAILED;
      };
    }
  }

  private ClientProcess(String program, Task task, Process process) {
    this.program = program;
    this.task = task;
    this.process = process;
    this.listener = Thread.startVirtualThread(this::listen);
  }

  /** Begins one that restores. */
  public static ClientProcess start(
      ClientTools tools, String program, List<String> arguments, ServerAddress server) {
    return start(tools, program, Task.RESTORE, arguments, server.libpqEnvironment());
  }

  /** Begins one that dumps. */
  public static ClientProcess dump(
      ClientTools tools, String program, List<String> arguments, ServerAddress server) {
    return start(tools, program, Task.DUMP, arguments, server.libpqEnvironment());
  }

  /** Begins one that needs no server. */
  public static ClientProcess alone(ClientTools tools, String program, List<String> arguments) {
    return start(tools, program, Task.RESTORE, arguments, Map.of());
  }

  private static ClientProcess start(
      ClientTools tools,
      String program,
      Task task,
      List<String> arguments,
      Map<String, String> server) {
    List<String> command = new ArrayList<>(List.of(tools.program(program), "--no-password"));
    command.addAll(arguments);
    ProcessBuilder builder = Commands.builder(command).redirectInput(Redirect.PIPE);
    Map<String, String> environment = builder.environment();
    environment.putAll(server);
    // its messages are repeated, and told apart by words
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("PGCLIENTENCODING", "UTF8");
    try {
      return new ClientProcess(program, task, builder.start());
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
        said.add(line);
      }
    } catch (IOException e) {
      // it has ended; what it said before is known
    }
  }

  public OutputStream input() {
    return process.getOutputStream();
  }

  public InputStream output() {
    return process.getInputStream();
  }

  /** Waits for its end, which has to be a good one. */
  public void finish() {
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
  public Failure failure() {
    try {
      listener.join(java.time.Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String words = said.words();
    return new Failure(
        task.code(),
        program + " failed" + (words.isEmpty() ? "" : ": " + words),
        switch (task) {
          case DUMP -> dumpAdvice(words);
          case RESTORE -> advice(words);
        });
  }

  private static String dumpAdvice(String words) {
    if (words.contains("permission denied")) {
      return "as an administrator: GRANT pg_read_all_data TO the role; nothing of this backup is"
          + " kept";
    }
    if (words.contains("row-level security") || words.contains("row security")) {
      return "as an administrator: ALTER ROLE ... BYPASSRLS, or back up as a superuser";
    }
    if (words.contains("statement timeout") || words.contains("lock timeout")) {
      return "end the transaction that holds the table (SELECT pid, state, query FROM"
          + " pg_stat_activity WHERE xact_start < now() - interval '15 min') and back up"
          + " again; nothing of this backup is kept";
    }
    return "mend what it names and back up again; nothing of this backup is kept";
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
    return "mend what it names and restore again";
  }

  @Override
  public void close() {
    end();
  }

  /** Ends it, if it runs. */
  public void end() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
