package io.mockupaws.engine.restore;

import java.util.Arrays;
import java.util.Locale;

/** What the server does when it has reached the target: {@code recovery_target_action}. */
public enum TargetAction {
  /** Ends recovery and takes writes, on a timeline of its own. */
  PROMOTE,
  /** Stays in recovery and answers queries. */
  PAUSE,
  /** Stops. */
  SHUTDOWN;

  /**
   * Reads {@link #word}.
   *
   * @throws IllegalArgumentException for any other word
   */
  public static TargetAction ofWord(String word) {
    return Arrays.stream(values())
        .filter(action -> action.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + word + "' is none of promote, pause and shutdown"));
  }

  /** As PostgreSQL and the command line write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
