package io.mockupaws.engine.proof;

/** Hears what is looked at. */
@FunctionalInterface
public interface ProofListener {
  /**
   * The next thing.
   *
   * @return false to end it
   */
  boolean next(Finding.Kind kind, String subject);
}
