package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import org.jspecify.annotations.Nullable;

/** A store's refusal or fault. */
public final class StoreException extends Failure {
  private static final long serialVersionUID = 1L;

  private final boolean transientFault;

  /**
   * @param transientFault whether the same call may succeed when it is made again
   */
  public StoreException(
      ErrorCode code,
      String what,
      String nextStep,
      boolean transientFault,
      @Nullable Throwable cause) {
    super(code, what, nextStep, cause);
    this.transientFault = transientFault;
  }

  /** Whether the same call may succeed when it is made again. */
  public boolean transientFault() {
    return transientFault;
  }
}
