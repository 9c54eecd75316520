package io.mockupaws.app.cli;

/** A command: its options are its fields. */
interface Operation {
  /**
   * Does what the operator asked for and writes what came of it.
   *
   * @return the exit status
   * @throws io.mockupaws.core.failure.Failure when it cannot
   */
  int execute(Screen screen, OutputFormat format);
}
