package io.mockupaws.app.main;

import io.mockupaws.app.cli.StopSignal;
import java.util.concurrent.CountDownLatch;

/** A process whose command wants to end by itself when it is asked to, and never does. */
final class StuckCommand {
  private StuckCommand() {}

  public static void main(String[] arguments) throws InterruptedException {
    StopSignal stop = new StopSignal();
    Ending.onSignal(stop, System.err::println);
    if (arguments[0].equals("watched")) {
      stop.watch(() -> System.err.println("asked"));
    }
    System.err.println("begun");
    new CountDownLatch(1).await();
  }
}
