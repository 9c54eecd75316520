package io.mockupaws.engine.verify;

/** Watches a verification. Called often, by many threads. */
public interface VerifyListener {
  void progress(VerifyProgress progress);

  /** Whether the operator wants it to end. */
  default boolean cancelled() {
    return false;
  }
}
