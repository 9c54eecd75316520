package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The operator's program that tells the world outside where the database is: DNS, a pooler. It has
 * this command's environment without what opens the repository or a server.
 */
final class FailoverHook {
  private static final int KEPT_LINES = 20;

  private static final Set<String> SECRET =
      Set.of(
          "BACKUP_ENCRYPTION_KEY",
          "BACKUP_ENCRYPTION_KEY_FILE",
          "BACKUP_ENCRYPTION_KEY_COMMAND",
          "BACKUP_DATABASE_URL",
          "BACKUP_HISTORY_URL",
          "DATABASE_URL",
          "PGPASSWORD");

  private final Session session;
  private final Path program;

  FailoverHook(Session session, Path program) {
    this.session = session;
    this.program = program;
  }

  /**
   * How it ended.
   *
   * @param output its last lines
   */
  record Ran(String program, int status, List<String> output) {}

  /**
   * Refuses what could not be run, before anything is begun.
   *
   * @throws Failure USAGE
   */
  static void require(Path program) {
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new Failure(
          ErrorCode.USAGE,
          "the hook " + program + " is no program that can be run",
          "name an executable file: --hook FILE");
    }
  }

  /**
   * Runs it to its end; what it says is shown.
   *
   * @throws Failure HOOK_FAILED when it cannot be run
   */
  Ran run(Map<String, String> facts) {
    ProcessBuilder builder =
        new ProcessBuilder(program.toAbsolutePath().toString())
            .directory(new File("/"))
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true);
    builder.environment().keySet().removeAll(SECRET);
    builder.environment().putAll(facts);
    try {
      Process process = builder.start();
      session.parts().stop().watch(process::destroy);
      Deque<String> last = new ArrayDeque<>();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String shown = session.screen().redact(line);
          session.screen().say("  " + shown);
          last.addLast(shown);
          if (last.size() > KEPT_LINES) {
            last.removeFirst();
          }
        }
      }
      return new Ran(program.toString(), process.waitFor(), List.copyOf(last));
    } catch (IOException e) {
      throw failed("cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was interrupted");
    }
  }

  private Failure failed(String how) {
    return new Failure(
        ErrorCode.HOOK_FAILED,
        "the hook " + program + " " + how,
        "the restored server runs; tell the world outside by hand, or run the hook again");
  }
}
