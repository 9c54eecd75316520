package io.mockupaws.app.cli;

/** A command: its options are its fields, its work gives an answer. */
interface Operation {
  /**
   * Does what the operator asked for.
   *
   * @throws io.mockupaws.core.failure.Failure when it cannot
   */
  Answer run();
}
