package io.mockupaws.engine.consolidation;

/** Follows a consolidation. */
public interface ConsolidationProgress {
  /** Nobody looks, and nobody ends it. */
  ConsolidationProgress NONE = (_, _) -> true;

  /**
   * Hears how far it is.
   *
   * @param done bytes copied
   * @param total bytes to copy
   * @return whether to go on
   */
  boolean goOn(long done, long total);
}
