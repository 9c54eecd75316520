package io.mockupaws.engine.logical;

/** Is told how a dump goes; called by one thread. */
@FunctionalInterface
public interface LogicalProgress {
  /**
   * Called often.
   *
   * @param what the database, or globals
   * @param plainBytes that {@code pg_dump} wrote so far
   */
  void dumped(String what, long plainBytes);
}
