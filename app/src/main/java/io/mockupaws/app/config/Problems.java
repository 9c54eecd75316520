package io.mockupaws.app.config;

import io.mockupaws.core.failure.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** Collects mistakes, so that all are shown at once. For one thread. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();
  private boolean onlyMissing = true;

  /** Something is set, and wrong. */
  public void wrong(String where, String what) {
    onlyMissing = false;
    add(where, what);
  }

  /** Something that is needed is not set. */
  public void missing(String where, String what) {
    add(where, what);
  }

  private void add(String where, String what) {
    Problem problem = new Problem(where, what);
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  /** Whether a mistake was found. */
  public boolean any() {
    return !found.isEmpty();
  }

  /**
   * Ends the command when there are mistakes.
   *
   * @throws ConfigurationFailure with all of them
   */
  public void throwIfAny() {
    if (any()) {
      throw new ConfigurationFailure(
          onlyMissing ? ErrorCode.MISSING_SETTING : ErrorCode.CONFIGURATION, found);
    }
  }
}
