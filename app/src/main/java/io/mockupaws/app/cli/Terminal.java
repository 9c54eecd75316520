package io.mockupaws.app.cli;

/**
 * Where output goes.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is one
 * @param columns its width; 80 where there is none
 */
public record Terminal(boolean out, boolean err, int columns) {
  static final int USUAL_COLUMNS = 80;

  public Terminal {
    columns = columns < 20 ? USUAL_COLUMNS : columns;
  }

  /** Neither is a terminal. */
  public static Terminal none() {
    return new Terminal(false, false, USUAL_COLUMNS);
  }

  /**
   * As the launcher found them.
   *
   * @param fds the descriptors that are terminals, for example {@code "12"}
   * @param columns a number, or empty
   */
  public static Terminal of(String fds, String columns) {
    int width = columns.matches("[0-9]{1,4}") ? Integer.parseInt(columns) : USUAL_COLUMNS;
    return new Terminal(fds.contains("1"), fds.contains("2"), width);
  }
}
