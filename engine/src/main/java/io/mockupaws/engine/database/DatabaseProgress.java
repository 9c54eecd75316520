package io.mockupaws.engine.database;

/**
 * How far a phase behind the recovery has come.
 *
 * @param done bytes of the dump, or relations compared
 * @param total of the same; 0 when it is not known
 */
public record DatabaseProgress(Phase phase, long done, long total) {

  /** The phases in their order. */
  public enum Phase {
    /** The dump goes from the scratch server into the destination. */
    COPY,
    /** Both are compared. */
    COMPARE,
    /** Names are changed. */
    SWAP
  }
}
