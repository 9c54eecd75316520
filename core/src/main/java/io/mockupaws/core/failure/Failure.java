package io.mockupaws.core.failure;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong, in the operator's words. Neither text may hold a secret: both are printed,
 * logged and sent.
 */
public class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String nextStep;

  /**
   * @param code the stable code
   * @param what what happened and why, without the next step
   * @param nextStep what the operator can do about it
   */
  public Failure(ErrorCode code, String what, String nextStep) {
    this(code, what, nextStep, null);
  }

  /** As above, with the exception that led here. */
  public Failure(ErrorCode code, String what, String nextStep, @Nullable Throwable cause) {
    super(requireNonNull(what, "what is null"), cause);
    this.code = requireNonNull(code, "code is null");
    this.nextStep = requireNonNull(nextStep, "nextStep is null");
  }

  /** The stable code. */
  public ErrorCode code() {
    return code;
  }

  /** What the operator can do about it. */
  public String nextStep() {
    return nextStep;
  }

  /** What happened and why. */
  public String what() {
    return requireNonNull(getMessage());
  }
}
