package io.mockupaws.it.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tools of the host that a test uses beside the program under test. */
public final class HostCommand {

  private HostCommand() {}

  /** Runs it and gives what it printed; it must end well. */
  public static String run(String... command) {
    return run(List.of(command));
  }

  /** As above. */
  public static String run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null")).directory(new File("/"));
    builder.environment().put("PGCTLTIMEOUT", "300"); // a server recovers as long as it takes
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted during " + command, e);
    }
  }
}
