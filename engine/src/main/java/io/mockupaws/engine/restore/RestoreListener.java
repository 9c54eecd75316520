package io.mockupaws.engine.restore;

/** Watches a restore. Called a few times a second, by one thread at a time. */
@FunctionalInterface
public interface RestoreListener {
  void progress(RestoreProgress progress);
}
