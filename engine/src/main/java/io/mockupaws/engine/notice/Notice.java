package io.mockupaws.engine.notice;

import java.time.Instant;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * One thing people are told.
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

  /** The thing it is about: a failure's recovery is of the same; of restores, each is its own. */
  String about() {
    return "mockupaws/" + cluster + "/" + reason + (kind == Kind.RESTORE ? "/" + at : "");
  }

  /**
   * As it may go out.
   *
   * @param redact takes secrets out of what is written by others
   */
  public Notice redacted(UnaryOperator<String> redact) {
    return new Notice(kind, cluster, reason, redact.apply(what), redact.apply(next), at, host);
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
