package io.mockupaws.engine.repository;

/** The right to write, looked at before each write that only its holder may make. */
@FunctionalInterface
public interface Right {

  /**
   * Goes on, or not.
   *
   * @throws io.mockupaws.core.failure.Failure LEASE_LOST
   */
  void check();

  /** For a place that nobody else knows. */
  static Right alone() {
    return () -> {};
  }
}
