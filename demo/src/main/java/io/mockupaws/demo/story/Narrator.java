package io.mockupaws.demo.story;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Tells the story in plain lines: a numbered step, what an operator would type, how long it took.
 */
final class Narrator {

  private final PrintStream out;
  private int step;

  Narrator(PrintStream out) {
    this.out = out;
  }

  /** Begins the next step, does it, and says how long it took. */
  <T> T step(String what, Supplier<T> work) {
    step++;
    out.printf("%n%2d. %s%n", step, what);
    out.flush();
    long start = System.nanoTime();
    T result = work.get();
    line("done in " + seconds(Duration.ofNanos(System.nanoTime() - start)));
    return result;
  }

  /** As above, for a step without a result. */
  void step(String what, Runnable work) {
    step(
        what,
        () -> {
          work.run();
          return true;
        });
  }

  /** A command as an operator would type it. */
  void command(String text) {
    line("$ " + text);
  }

  /** Something worth knowing within a step. */
  void line(String text) {
    text.lines().forEach(line -> out.println("    " + line));
    out.flush();
  }

  /** A line outside all steps. */
  void plain(String text) {
    out.println(text);
    out.flush();
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /** Bytes in that time, as MB/s. */
  static String speed(long bytes, Duration duration) {
    return String.format(
        Locale.ROOT, "%.0f MB/s", bytes / 1e6 / Math.max(duration.toMillis(), 1) * 1000);
  }
}
