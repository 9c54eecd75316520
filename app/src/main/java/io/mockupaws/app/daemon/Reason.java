package io.mockupaws.app.daemon;

import java.util.regex.Pattern;

/**
 * Why a promise is not kept, or soon will not be. No text holds a secret.
 *
 * @param id stable, for scripts and notices, for example {@code rpo}
 * @param about the task or the store that it is about; empty: the cluster
 * @param what what was found
 * @param next what to do; empty where it is said already
 */
public record Reason(String id, String about, String what, String next) {
  private static final Pattern ID = Pattern.compile("[a-z][a-z-]*");

  public Reason {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not an id: " + id);
    }
  }

  /** Of the cluster. */
  public Reason(String id, String what, String next) {
    this(id, "", what, next);
  }

  /** What was found and what to do, in a line. */
  public String text() {
    return next.isEmpty() ? what : what + (what.contains(": ") ? "; " : ": ") + next;
  }
}
