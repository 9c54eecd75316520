package io.mockupaws.engine.restore;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a recovering server says in its log, in English ({@code xlogrecovery.c}, {@code xlog.c},
 * {@code postmaster.c}). Fed line by line.
 */
final class RecoveryLog {
  /**
   * The line prefix under which the server is started. Only behind it the server speaks for itself;
   * elsewhere in a line it quotes others.
   */
  private static final String PREFIX = "^[^\\[]*\\[[0-9]+\\] ";

  private static final String LSN = "([0-9A-F]{1,8}/[0-9A-F]{1,8})";
  private static final Pattern REDO_STARTS =
      Pattern.compile(PREFIX + "LOG: +redo starts at " + LSN);
  private static final Pattern IN_PROGRESS =
      Pattern.compile(PREFIX + "LOG: +redo in progress, elapsed time: .*, current LSN: " + LSN);
  private static final Pattern STOPPING =
      Pattern.compile(
          PREFIX + "LOG: +recovery stopping after WAL location \\(LSN\\) \"" + LSN + "\"");
  private static final Pattern NEW_TIMELINE =
      Pattern.compile(PREFIX + "LOG: +selected new timeline ID: ([0-9]+)");
  private static final Pattern CONSISTENT =
      Pattern.compile(PREFIX + "LOG: +consistent recovery state reached");
  private static final Pattern PAUSED =
      Pattern.compile(PREFIX + "LOG: +pausing at the end of recovery");
  private static final Pattern READY =
      Pattern.compile(PREFIX + "LOG: +database system is ready to accept connections");
  private static final Pattern SEVERE =
      Pattern.compile(PREFIX + "(FATAL|PANIC): ++(?!the database system is )(.*)");
  private static final Pattern MORE = Pattern.compile(PREFIX + "(DETAIL|HINT|CONTEXT): +(.*)");
  private static final int KEPT = 40;

  private final Deque<String> last = new ArrayDeque<>();
  private final List<String> severe = new ArrayList<>();
  private Optional<Lsn> position = Optional.empty();
  private Optional<Lsn> stoppedAfter = Optional.empty();
  private Optional<Timeline> newTimeline = Optional.empty();
  private boolean consistent;
  private boolean paused;
  private boolean ready;
  private boolean afterSevere;

  /** Takes the next line, without its end. */
  void line(String line) {
    last.addLast(line);
    if (last.size() > KEPT) {
      last.removeFirst();
    }
    find(REDO_STARTS, line).map(Lsn::parse).ifPresent(at -> position = Optional.of(at));
    find(IN_PROGRESS, line).map(Lsn::parse).ifPresent(at -> position = Optional.of(at));
    find(STOPPING, line)
        .map(Lsn::parse)
        .ifPresent(
            at -> {
              position = Optional.of(at);
              stoppedAfter = Optional.of(at);
            });
    find(NEW_TIMELINE, line)
        .ifPresent(id -> newTimeline = Optional.of(new Timeline(Integer.parseUnsignedInt(id))));
    consistent |= CONSISTENT.matcher(line).find();
    paused |= PAUSED.matcher(line).find();
    ready |= READY.matcher(line).find();
    severe(line);
  }

  private void severe(String line) {
    Matcher cause = SEVERE.matcher(line);
    Matcher more = MORE.matcher(line);
    if (cause.find()) {
      severe.add(cause.group(2));
      afterSevere = true;
    } else if (afterSevere && more.find()) {
      severe.add(more.group(2));
    } else {
      afterSevere = false;
    }
  }

  private static Optional<String> find(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The newest position the server told; the record it replays, or where it began. */
  Optional<Lsn> position() {
    return position;
  }

  /** The start of the record after which it stopped because it was the target. */
  Optional<Lsn> stoppedAfter() {
    return stoppedAfter;
  }

  Optional<Timeline> newTimeline() {
    return newTimeline;
  }

  boolean isConsistent() {
    return consistent;
  }

  /** It waits at the target, in recovery. */
  boolean isPaused() {
    return paused;
  }

  /** It takes connections and has left recovery. */
  boolean isReady() {
    return ready;
  }

  /** What it died of, with details and hints; empty when it did not say. */
  List<String> severe() {
    return List.copyOf(severe);
  }

  /** The last lines. */
  List<String> last() {
    return List.copyOf(last);
  }
}
