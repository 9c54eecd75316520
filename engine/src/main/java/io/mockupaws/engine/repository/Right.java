package io.mockupaws.engine.repository;

import java.util.function.BooleanSupplier;

/** The right to write, looked at before each write that only its holder may make. */
@FunctionalInterface
public interface Right {

  /**
   * Goes on, or not.
   *
   * @throws io.mockupaws.core.failure.Failure LEASE_LOST
   */
  void check();

  /**
   * As {@link #check()}, for what is too dear to be thrown away with a term that ran out while the
   * store was away: waits until the holder has renewed it, which only works where nobody else had
   * it meanwhile.
   *
   * @param stopped whether to wait no more
   * @throws io.mockupaws.core.failure.Failure LEASE_LOST
   */
  default void await(BooleanSupplier stopped) {
    check();
  }

  /** For a place that nobody else knows. */
  static Right alone() {
    return () -> {};
  }
}
