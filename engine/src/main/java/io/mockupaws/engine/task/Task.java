package io.mockupaws.engine.task;

import java.util.Locale;

/** What is done for a cluster again and again. Of one at most one run is under way. */
public enum Task {
  /** A backup of the whole cluster. */
  PHYSICAL,
  /** Dumps. */
  LOGICAL,
  /** A backup of the configuration. */
  CONFIG,
  CLEANUP;

  /** As operators read it, and the name of its folder. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether its runs make backups. */
  public boolean isBackup() {
    return switch (this) {
      case PHYSICAL, LOGICAL, CONFIG -> true;
      case CLEANUP -> false;
    };
  }
}
