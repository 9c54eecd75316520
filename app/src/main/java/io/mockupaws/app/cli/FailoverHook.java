package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The operator's program that tells the world outside where the database is: DNS, a pooler. It has
 * this command's environment without what opens the repository or a server.
 */
final class FailoverHook {
  private static final int KEPT_LINES = 20;

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** As {@code timeout} has it. */
  private static final int TOO_LONG = 124;

  private static final Pattern SECRET =
      Pattern.compile(
          "BACKUP_(.*_URL|(NEW_)?ENCRYPTION_KEY.*|NOTICE_.*)|DATABASE_URL|PGPASSWORD|PGPASSFILE"
              + "|PGSSLKEY");

  private final Session session;
  private final Path program;
  private final Duration limit;

  FailoverHook(Session session, Path program, Duration limit) {
    this.session = session;
    this.program = program;
    this.limit = limit;
  }

  /**
   * How it ended.
   *
   * @param status 124 where it was ended because it took too long
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
   * Runs it to its end, or ends it after its time; what it says is shown. What it leaves running is
   * not waited for.
   *
   * @param environment this command's
   * @throws Failure HOOK_FAILED when it cannot be run
   */
  Ran run(Map<String, String> environment, Map<String, String> facts) {
    ProcessBuilder builder =
        new ProcessBuilder(program.toAbsolutePath().toString())
            .directory(new File("/"))
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true);
    Map<String, String> its = builder.environment();
    its.clear();
    its.putAll(environment);
    its.keySet().removeIf(name -> SECRET.matcher(name).matches());
    its.putAll(facts);
    Said said = new Said();
    try {
      Process process = builder.start();
      session.parts().stop().watch(() -> end(process, ProcessHandle::destroy));
      Thread reading = Thread.ofPlatform().daemon().start(() -> said.read(process));
      boolean ended = process.waitFor(limit);
      if (!ended) {
        end(process, ProcessHandle::destroy);
        if (!process.waitFor(GRACE)) {
          end(process, ProcessHandle::destroyForcibly);
        }
        said.add("ended: it took longer than " + Units.duration(limit));
      }
      boolean all = reading.join(LAST_WORDS);
      return new Ran(program.toString(), ended ? process.waitFor() : TOO_LONG, said.end(all));
    } catch (IOException e) {
      throw failed("cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was interrupted");
    }
  }

  private static void end(Process process, Consumer<ProcessHandle> by) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(by);
  }

  /** Its last lines. */
  private final class Said {
    private final Deque<String> last = new ArrayDeque<>();
    private boolean ended;

    void read(Process process) {
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          add(line);
        }
      } catch (IOException e) {
        // it was ended
      }
    }

    synchronized void add(String line) {
      if (ended) {
        return;
      }
      String shown = session.screen().redact(line);
      session.screen().say("  " + shown);
      last.addLast(shown);
      if (last.size() > KEPT_LINES) {
        last.removeFirst();
      }
    }

    synchronized List<String> end(boolean all) {
      if (!all) {
        add("what it left running may say more, which is not shown");
      }
      ended = true;
      return List.copyOf(last);
    }
  }

  private Failure failed(String how) {
    return new Failure(
        ErrorCode.HOOK_FAILED,
        "the hook " + program + " " + how,
        "the restored server runs; tell the world outside by hand, or run the hook again");
  }
}
