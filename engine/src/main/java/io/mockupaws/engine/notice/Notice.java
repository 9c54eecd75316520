package io.mockupaws.engine.notice;

import java.time.Instant;
import java.util.Locale;

/**
 * One thing people are told. No text holds a secret.
 *
 * @param reason stable, for example {@code stale-backup}: a failure and its recovery have the same
 * @param what what happened, in words
 * @param next what to do about it; empty where nothing is to be done
 * @param host on which it was noticed
 */
public record Notice(
    Kind kind, String cluster, String reason, String what, String next, Instant at, String host) {

  /** Why people are told. */
  public enum Kind {
    FAILURE,
    /** What failed is well again. */
    RECOVERY,
    /** A restore is about to begin. */
    RESTORE;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A line for people. */
  public String title() {
    return switch (kind) {
      case FAILURE -> "mockupaws " + cluster + ": " + what;
      case RECOVERY -> "mockupaws " + cluster + ": well again: " + what;
      case RESTORE -> "mockupaws " + cluster + ": a restore begins: " + what;
    };
  }

  /** All of it for people. */
  public String text() {
    return title()
        + (next.isEmpty() ? "" : "\nnext: " + next)
        + "\n"
        + reason
        + ", seen on "
        + host
        + " at "
        + at;
  }
}
