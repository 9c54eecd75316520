package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Runs programs of this host, without our environment: it holds secrets. */
public final class Commands {
  /** What a child may see. Everything else, {@code PG*} and keys above all, stays with us. */
  private static final Set<String> PASSED = Set.of("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ");

  private static final String FALLBACK_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

  private Commands() {}

  /** How a program ended and what it said, on both streams. */
  public record Outcome(int status, String output) {}

  /** Runs a short program to its end. */
  public static Outcome run(List<String> command) {
    try {
      Process process = builder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Outcome(process.waitFor(), output);
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "cannot run " + command.getFirst() + ": " + e.getMessage(),
          "look at whether it is installed and may be run",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ErrorCode.RESTORE_INTERRUPTED, "interrupted", "run the command again", e);
    }
  }

  /** A process to be, with a clean environment and nothing to read, in the root directory. */
  public static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(PASSED);
    environment.putIfAbsent("PATH", FALLBACK_PATH);
    return builder.redirectInput(new File("/dev/null"));
  }

  /** A program on the search path. */
  public static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse(FALLBACK_PATH);
    List<String> directories = new ArrayList<>(List.of(path.split(":", -1)));
    directories.addAll(List.of(FALLBACK_PATH.split(":", -1)));
    return directories.stream()
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The command line that runs {@code command} as another user, without a shell where it can. */
  static List<String> as(Owner owner, List<String> command) {
    if (owner.isOurself()) {
      return command;
    }
    List<String> whole = new ArrayList<>();
    Optional<Path> setpriv = find("setpriv").filter(Commands::knowsUsers);
    Optional<Path> runuser = find("runuser");
    if (setpriv.isPresent()) {
      whole.addAll(
          List.of(
              setpriv.get().toString(),
              "--reuid=" + owner.uid(),
              "--regid=" + owner.gid(),
              "--init-groups",
              "--"));
      whole.addAll(command);
    } else if (runuser.isPresent()) {
      whole.addAll(List.of(runuser.get().toString(), "-u", owner.name(), "--"));
      whole.addAll(command);
    } else {
      List<String> quoted = command.stream().map(Commands::shellQuote).toList();
      String line = "exec " + String.join(" ", quoted);
      whole.addAll(List.of("su", "-s", "/bin/sh", owner.name(), "-c", line));
    }
    return whole;
  }

  /** The setpriv of BusyBox cannot change the user. */
  private static boolean knowsUsers(Path setpriv) {
    return run(List.of(setpriv.toString(), "--help")).output().contains("--reuid");
  }

  /** A word as a shell reads it back. */
  static String shellQuote(String word) {
    boolean plain = Pattern.matches("[A-Za-z0-9_@%+=:,./-]+", word);
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
