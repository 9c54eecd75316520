package io.mockupaws.store;

import java.time.Duration;

/** Is told that a store's call failed and is made again. Called by the thread that waits. */
@FunctionalInterface
public interface RetryListener {

  /**
   * A call failed and will be made again.
   *
   * @param address the store
   * @param fault why the call failed
   * @param attempt how many calls were made
   * @param wait until the next one
   */
  void waiting(String address, StoreException fault, int attempt, Duration wait);

  /** Tells nobody. */
  static RetryListener silent() {
    return (address, fault, attempt, wait) -> {};
  }
}
