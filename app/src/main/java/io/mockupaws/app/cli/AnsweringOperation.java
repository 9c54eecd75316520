package io.mockupaws.app.cli;

/** A command that ends with one answer. */
interface AnsweringOperation extends Operation {
  /**
   * Does what the operator asked for.
   *
   * @throws io.mockupaws.core.failure.Failure when it cannot
   */
  Answer run();

  @Override
  default int execute(Screen screen, OutputFormat format) {
    Answer answer = run();
    screen.answer(answer, format);
    return ExitStatus.of(answer);
  }
}
