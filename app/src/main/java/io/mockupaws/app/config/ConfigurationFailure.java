package io.mockupaws.app.config;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.List;
import java.util.stream.Collectors;

/** All mistakes of what the operator has set, at once. */
public final class ConfigurationFailure extends Failure {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  ConfigurationFailure(ErrorCode code, List<Problem> problems) {
    super(
        code,
        textOf(problems),
        problems.size() == 1
            ? "correct it and run the command again; settings are explained in"
                + " docs/guide/reference.md"
            : "correct them and run the command again; settings are explained in"
                + " docs/guide/reference.md");
    this.problems = List.copyOf(problems);
  }

  /** The mistakes, in the order they were found. */
  public List<Problem> problems() {
    return problems;
  }

  private static String textOf(List<Problem> problems) {
    if (problems.size() == 1) {
      return problems.getFirst().toString();
    }
    return problems.size()
        + " mistakes"
        + problems.stream().map(problem -> "\n  " + problem).collect(Collectors.joining());
  }
}
