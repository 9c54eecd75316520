package io.mockupaws.engine.backup;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How long to wait before something is tried again. */
@FunctionalInterface
interface Pause {
  /** 100 ms before the second attempt, twice as long before each further one. */
  Pause DOUBLING = attempt -> park(100L << (attempt - 1));

  /**
   * Waits.
   *
   * @param attempt how many attempts were made, from 1
   */
  void before(int attempt);

  private static void park(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
