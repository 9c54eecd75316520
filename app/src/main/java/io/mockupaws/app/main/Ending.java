package io.mockupaws.app.main;

import io.mockupaws.app.cli.StopSignal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * How the process ends. A signal asks the running command to end and waits for it, so that what it
 * began is finished or taken back; the status is then the command's own. A second Ctrl-C ends at
 * once.
 */
final class Ending {
  /** A command that does not end by itself within this time is cut off. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** As shells know a process that SIGINT ended. */
  private static final int INTERRUPTED = 130;

  private final CountDownLatch done = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private volatile int status;

  private Ending() {}

  /**
   * Watches for signals from now on.
   *
   * @param say tells the operator what Ctrl-C does
   */
  static Ending onSignal(StopSignal stop, Consumer<String> say) {
    Ending ending = new Ending();
    Interrupts.onEach(() -> ending.interrupt(stop, say));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ending.finish(stop), "mockupaws-stop"));
    return ending;
  }

  /** Ends the process with a status. */
  void end(int with) {
    status = with;
    done.countDown();
    // While a signal's hook runs, this blocks, and the hook ends the process.
    System.exit(with);
  }

  /** The first Ctrl-C asks the command to end by itself, the second ends it. */
  private void interrupt(StopSignal stop, Consumer<String> say) {
    if (!interrupted.compareAndSet(false, true)) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
    if (!stop.isWatched()) {
      System.exit(INTERRUPTED);
    }
    say.accept("ending: what was begun is finished or taken back; Ctrl-C again ends it at once");
    stop.ask();
  }

  private void finish(StopSignal stop) {
    if (done.getCount() == 0 || !stop.isWatched()) {
      return;
    }
    stop.ask();
    try {
      if (done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
