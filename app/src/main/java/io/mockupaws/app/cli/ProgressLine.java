package io.mockupaws.app.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * Shows how far a long command is, on standard error: on a terminal one line that is rewritten, at
 * most five times a second; elsewhere a line every ten seconds. Safe for use by many threads.
 */
final class ProgressLine implements AutoCloseable {
  private static final Duration TERMINAL_PAUSE = Duration.ofMillis(200);
  private static final Duration PLAIN_PAUSE = Duration.ofSeconds(10);

  private final PrintStream err;
  private final Terminal terminal;
  private final InstantSource clock;
  private final Instant started;

  private String phase = "";
  private Instant phaseStarted;
  private Instant lastShown;
  private boolean lineOpen;

  ProgressLine(Screen screen, InstantSource clock) {
    this(screen.err(), screen.terminal(), clock);
  }

  ProgressLine(PrintStream err, Terminal terminal, InstantSource clock) {
    this.err = err;
    this.terminal = terminal;
    this.clock = clock;
    this.started = clock.instant();
    this.phaseStarted = started;
    this.lastShown = started;
  }

  /** Begins the next phase, for example "reading files". Shown at once on a terminal. */
  synchronized void phase(String name) {
    phase = name;
    phaseStarted = clock.instant();
    if (terminal.err()) {
      show(name + " ...");
    }
  }

  /** The phase and its state at once, for what changes both. */
  synchronized void phase(String name, String state) {
    phase = name;
    Instant now = clock.instant();
    if (terminal.err() && Duration.between(lastShown, now).compareTo(TERMINAL_PAUSE) >= 0) {
      lastShown = now;
      show(name + state);
    }
  }

  /**
   * Bytes done in this phase.
   *
   * @param total empty when nobody knows
   */
  synchronized void bytes(long done, OptionalLong total) {
    Instant now = clock.instant();
    Duration pause = terminal.err() ? TERMINAL_PAUSE : PLAIN_PAUSE;
    if (Duration.between(lastShown, now).compareTo(pause) >= 0) {
      lastShown = now;
      show(phase + ": " + text(done, total, Duration.between(phaseStarted, now)));
    }
  }

  private static String text(long done, OptionalLong total, Duration time) {
    String rate = Units.rate(done, time);
    if (total.isEmpty() || total.getAsLong() <= 0) {
      return Units.bytes(done) + ", " + rate;
    }
    long all = Math.max(total.getAsLong(), done);
    String text =
        String.format(
            java.util.Locale.ROOT,
            "%d %%, %s of %s, %s",
            100 * done / Math.max(1, all),
            Units.bytes(done),
            Units.bytes(all),
            rate);
    if (done == 0) {
      return text;
    }
    long millisLeft = (long) ((double) time.toMillis() / done * (all - done));
    return text + ", " + Units.duration(Duration.ofMillis(millisLeft)) + " left";
  }

  /** A state without bytes, for example the replay's position. */
  synchronized void state(String text) {
    Instant now = clock.instant();
    Duration pause = terminal.err() ? TERMINAL_PAUSE : PLAIN_PAUSE;
    if (Duration.between(lastShown, now).compareTo(pause) >= 0) {
      lastShown = now;
      show(phase + ": " + text);
    }
  }

  /** A line that stays. */
  synchronized void note(String line) {
    clear();
    err.println(line);
    err.flush();
  }

  private void show(String line) {
    if (terminal.err()) {
      int room = terminal.columns() - 1;
      String cut = line.length() <= room ? line : line.substring(0, room - 1) + "…";
      err.print("\r\u001b[K" + cut);
      lineOpen = true;
    } else {
      err.println(line);
    }
    err.flush();
  }

  private void clear() {
    if (lineOpen) {
      err.print("\r\u001b[K");
      lineOpen = false;
    }
  }

  /** Leaves the terminal's line empty for what comes next. */
  @Override
  public synchronized void close() {
    clear();
    err.flush();
  }
}
