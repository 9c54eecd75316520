package io.mockupaws.engine.restore;

import java.util.Locale;

/** What the server does when it has reached the target: {@code recovery_target_action}. */
public enum TargetAction {
  /** Ends recovery and takes writes, on a timeline of its own. */
  PROMOTE,
  /** Stays in recovery and answers queries. */
  PAUSE,
  /** Stops. */
  SHUTDOWN;

  /** As PostgreSQL and the command line write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
