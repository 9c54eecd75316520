package io.mockupaws.app.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * The operator's wish to stop, by Ctrl-C or a signal. Commands that leave something behind when
 * they die say how they are stopped; the others just end.
 */
public final class StopSignal {
  private final List<Runnable> watchers = new ArrayList<>();
  private boolean asked;

  /** Asks every command that watches to end. */
  public synchronized void ask() {
    asked = true;
    watchers.forEach(Runnable::run);
  }

  /** Whether a command wants to end by itself when it is asked to. */
  public synchronized boolean isWatched() {
    return !watchers.isEmpty();
  }

  synchronized boolean isAsked() {
    return asked;
  }

  /**
   * Says how a command is stopped. Runs at once when the wish came before.
   *
   * @param stop sets a flag; it must not wait
   */
  synchronized void watch(Runnable stop) {
    watchers.add(stop);
    if (asked) {
      stop.run();
    }
  }
}
