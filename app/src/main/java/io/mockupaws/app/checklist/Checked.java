package io.mockupaws.app.checklist;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * What an item was found to be.
 *
 * @param item its word
 * @param outcome {@code ok}, {@code failed}, {@code unknown} (it cannot be told), {@code skipped}
 * @param what what was found, or why it cannot be told
 */
public record Checked(String item, String outcome, String what) {
  static final String FAILED = "failed";

  public static Checked ok(CheckItem item, String what) {
    return new Checked(item.word(), "ok", what);
  }

  public static Checked failed(CheckItem item, String what) {
    return new Checked(item.word(), FAILED, what);
  }

  /** It cannot be told; that stops nothing. */
  public static Checked unknown(CheckItem item, String what) {
    return new Checked(item.word(), "unknown", what);
  }

  static Checked skipped(CheckItem item) {
    return new Checked(item.word(), "skipped", "not looked at, as it was asked for");
  }

  /** Whether it stops a restore. */
  @JsonIgnore
  public boolean isFailed() {
    return outcome.equals(FAILED);
  }

  /** In a line. */
  public String text() {
    return item + ": " + (outcome.equals("unknown") ? "cannot be told" : outcome) + ": " + what;
  }
}
