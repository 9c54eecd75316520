package io.mockupaws.app.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * The operator's wish to stop, by Ctrl-C or a signal. Commands that leave something behind when
 * they die say how they are stopped; the others just end.
 */
public final class StopSignal {
  private final List<Runnable> watchers = new ArrayList<>();
  private final List<Runnable> hurried = new ArrayList<>();
  private boolean asked;

  /** Asks every command that watches to end. */
  public synchronized void ask() {
    asked = true;
    hurried.forEach(Runnable::run);
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
   * Says what must not hold a command up that ends: what waits is let go. It does not make the
   * command one that ends by itself.
   */
  public synchronized void hurry(Runnable letGo) {
    hurried.add(letGo);
  }

  /**
   * Says how a command is stopped. Runs at once when the wish came before.
   *
   * @param stop sets a flag; it must not wait
   */
  public synchronized void watch(Runnable stop) {
    watchers.add(stop);
    if (asked) {
      stop.run();
    }
  }
}
