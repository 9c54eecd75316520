package io.mockupaws.engine.replication;

/** Is told how a replication goes, and asked whether to go on. */
public interface ReplicationListener {
  /**
   * Called at every difference.
   *
   * @param part the part of the repository that is being compared
   * @param objects that were lacking somewhere so far
   * @param bytes of these
   */
  void progress(String part, long objects, long bytes);

  /** Whether to break off. */
  default boolean cancelled() {
    return false;
  }

  /** Tells nobody. */
  static ReplicationListener silent() {
    return (_, _, _) -> {};
  }
}
