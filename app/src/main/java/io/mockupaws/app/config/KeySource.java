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

/** Gets an encryption key from the environment: the key, a file that holds it, or a command. */
final class KeySource {
  static final String KEY = "BACKUP_ENCRYPTION_KEY";
  static final String FILE = "BACKUP_ENCRYPTION_KEY_FILE";
  static final String COMMAND = "BACKUP_ENCRYPTION_KEY_COMMAND";
  static final String NEW_KEY = "BACKUP_NEW_ENCRYPTION_KEY";
  static final String NEW_FILE = "BACKUP_NEW_ENCRYPTION_KEY_FILE";
  static final String NEW_COMMAND = "BACKUP_NEW_ENCRYPTION_KEY_COMMAND";

  private static final long COMMAND_SECONDS = 60;
  private static final int MAX_BYTES = 64 * 1024;

  private final Map<String, String> environment;
  private final Problems problems;
  private final String key;
  private final String file;
  private final String command;

  private KeySource(Map<String, String> environment, Problems problems, String key) {
    this.environment = environment;
    this.problems = problems;
    this.key = key;
    this.file = key + "_FILE";
    this.command = key + "_COMMAND";
  }

  /** Of the key that opens the repository. */
  static KeySource current(Map<String, String> environment, Problems problems) {
    return new KeySource(environment, problems, KEY);
  }

  /** Of the key that shall take its place. */
  static KeySource next(Map<String, String> environment, Problems problems) {
    return new KeySource(environment, problems, NEW_KEY);
  }

  private List<String> variables() {
    return List.of(key, file, command);
  }

  /** The key; empty when none is set, or with a mistake noted when it cannot be had. */
  Optional<Secret> find() {
    List<String> set = variables().stream().filter(this::isSet).toList();
    if (set.size() > 1) {
      problems.wrong(String.join(" and ", set), "only one of them may be set");
      return Optional.empty();
    }
    return set.stream().findFirst().flatMap(this::load);
  }

  /** Whether any of the variables is set, rightly or wrongly. */
  boolean isSet() {
    return variables().stream().anyMatch(this::isSet);
  }

  private boolean isSet(String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private Optional<Secret> load(String variable) {
    String value = environment.getOrDefault(variable, "");
    Optional<String> text;
    if (variable.equals(key)) {
      text = Optional.of(value);
    } else {
      text = variable.equals(file) ? fromFile(value) : fromCommand(value);
      // the line's end is no part of it, as for other programs that read a password from a file
      text = text.map(whole -> whole.replaceFirst("\\R\\z", ""));
    }
    try {
      return text.map(Secret::of);
    } catch (Failure e) {
      problems.wrong(variable, e.what() + "; " + e.nextStep());
      return Optional.empty();
    }
  }

  private Optional<String> fromFile(String name) {
    try {
      Path path = Path.of(name.strip());
      if (Files.size(path) > MAX_BYTES) {
        problems.wrong(file, path + " is too large to hold a key");
        return Optional.empty();
      }
      return Optional.of(Files.readString(path));
    } catch (IOException | IllegalArgumentException e) {
      problems.wrong(file, "the file cannot be read (" + e.getClass().getSimpleName() + ")");
      return Optional.empty();
    }
  }

  /** Runs the command by the shell. Its errors go to our standard error, its output nowhere. */
  private Optional<String> fromCommand(String line) {
    try {
      Process process =
          new ProcessBuilder("/bin/sh", "-c", line)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Thread killer = Thread.startVirtualThread(() -> endAfterTimeout(process));
      byte[] output = process.getInputStream().readNBytes(MAX_BYTES);
      int status = process.waitFor();
      killer.interrupt();
      if (status != 0 || output.length == 0) {
        problems.wrong(command, "the command gave no key (exit status " + status + ")");
        return Optional.empty();
      }
      return Optional.of(new String(output, StandardCharsets.UTF_8));
    } catch (IOException e) {
      problems.wrong(command, "the command cannot be run");
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problems.wrong(command, "the command was interrupted");
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
