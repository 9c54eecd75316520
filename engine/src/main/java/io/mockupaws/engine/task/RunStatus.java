package io.mockupaws.engine.task;

import java.util.Locale;

/** What became of a run. */
public enum RunStatus {
  RUNNING,
  SUCCESS,
  FAILED;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
