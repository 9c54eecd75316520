package io.mockupaws.app.cli;

/**
 * What a command found out or did. A record: its components are the fields of the JSON output, in
 * their order, and are documented in docs/OUTPUT.md.
 */
interface Answer {
  /** Writes the answer for people. */
  void print(Paper paper);

  /** Whether what was asked for was done; if not, the command ends with status 1. */
  default boolean done() {
    return true;
  }

  /** Whether everything that was promised was kept; if not, the command ends with status 3. */
  default boolean promisesKept() {
    return true;
  }
}
