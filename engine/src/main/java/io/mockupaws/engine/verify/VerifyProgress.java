package io.mockupaws.engine.verify;

/**
 * How far a phase has come.
 *
 * @param subject a backup's name, how many are read together, or empty
 * @param done bytes
 * @param total bytes; 0 when it is not known
 */
public record VerifyProgress(Phase phase, String subject, long done, long total) {

  /** The phases in their order. */
  public enum Phase {
    /** What is there is listed. */
    LISTING,
    /** The packs of a backup are read. */
    PACKS,
    /** The journal is read. */
    WAL
  }
}
