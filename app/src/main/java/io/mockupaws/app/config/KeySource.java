package io.mockupaws.app.config;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Gets the encryption key from the environment: the key, a file that holds it, or a command. */
final class KeySource {
  static final String KEY = "BACKUP_ENCRYPTION_KEY";
  static final String FILE = "BACKUP_ENCRYPTION_KEY_FILE";
  static final String COMMAND = "BACKUP_ENCRYPTION_KEY_COMMAND";

  private static final List<String> VARIABLES = List.of(KEY, FILE, COMMAND);
  private static final long COMMAND_SECONDS = 60;
  private static final int MAX_BYTES = 64 * 1024;

  private final Map<String, String> environment;
  private final Problems problems;

  KeySource(Map<String, String> environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** The key; empty when none is set, or with a mistake noted when it cannot be had. */
  Optional<Secret> find() {
    List<String> set = VARIABLES.stream().filter(this::isSet).toList();
    if (set.size() > 1) {
      problems.wrong(String.join(" and ", set), "only one of them may be set");
      return Optional.empty();
    }
    return set.stream().findFirst().flatMap(this::load);
  }

  /** Whether any of the variables is set, rightly or wrongly. */
  boolean isSet() {
    return VARIABLES.stream().anyMatch(this::isSet);
  }

  private boolean isSet(String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private Optional<Secret> load(String variable) {
    String value = environment.getOrDefault(variable, "");
    Optional<String> text =
        switch (variable) {
          case KEY -> Optional.of(value);
          case FILE -> fromFile(value);
          default -> fromCommand(value);
        };
    try {
      return text.map(Secret::of);
    } catch (Failure e) {
      problems.wrong(variable, e.what() + "; " + e.nextStep());
      return Optional.empty();
    }
  }

  private Optional<String> fromFile(String file) {
    try {
      Path path = Path.of(file.strip());
      if (Files.size(path) > MAX_BYTES) {
        problems.wrong(FILE, path + " is too large to hold a key");
        return Optional.empty();
      }
      return Optional.of(Files.readString(path));
    } catch (IOException | IllegalArgumentException e) {
      problems.wrong(FILE, "the file cannot be read (" + e.getClass().getSimpleName() + ")");
      return Optional.empty();
    }
  }

  /** Runs the command by the shell. Its errors go to our standard error, its output nowhere. */
  private Optional<String> fromCommand(String command) {
    try {
      Process process =
          new ProcessBuilder("/bin/sh", "-c", command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Thread killer = Thread.startVirtualThread(() -> endAfterTimeout(process));
      byte[] output = process.getInputStream().readNBytes(MAX_BYTES);
      int status = process.waitFor();
      killer.interrupt();
      if (status != 0 || output.length == 0) {
        problems.wrong(COMMAND, "the command gave no key (exit status " + status + ")");
        return Optional.empty();
      }
      return Optional.of(new String(output, StandardCharsets.UTF_8));
    } catch (IOException e) {
      problems.wrong(COMMAND, "the command cannot be run");
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problems.wrong(COMMAND, "the command was interrupted");
      return Optional.empty();
    }
  }

  private static void endAfterTimeout(Process process) {
    try {
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
