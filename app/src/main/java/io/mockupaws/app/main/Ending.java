package io.mockupaws.app.main;

import io.mockupaws.app.cli.StopSignal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How the process ends. A signal asks the running command to end and waits for it, so that what it
 * began is finished or taken back; the status is then the command's own.
 */
final class Ending {
  /** A command that does not end by itself within this time is cut off. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final CountDownLatch done = new CountDownLatch(1);
  private volatile int status;

  private Ending() {}

  /** Watches for signals from now on. */
  static Ending onSignal(StopSignal stop) {
    Ending ending = new Ending();
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
