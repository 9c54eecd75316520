package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import java.util.Set;

/** What the process ends with. */
final class ExitStatus {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USE = 2;
  static final int PROMISE_NOT_KEPT = 3;

  /**
   * {@code wal fetch}: the file is not there for sure. Java itself ends with 1 when it cannot
   * begin, so the launcher makes 1 of this status alone.
   */
  static final int NOT_THERE = 100;

  /** {@code wal fetch}: any error. Above 125 PostgreSQL stops; up to 125 it promotes. */
  static final int STOP_RECOVERY = 200;

  /** Errors that the same call repeats until the call or the configuration is changed. */
  private static final Set<ErrorCode> WRONG_USES =
      Set.of(
          ErrorCode.USAGE,
          ErrorCode.CONFIGURATION,
          ErrorCode.MISSING_SETTING,
          ErrorCode.BAD_ADDRESS,
          ErrorCode.BAD_TIME,
          ErrorCode.UNKNOWN_CLUSTER,
          ErrorCode.AMBIGUOUS_CLUSTER,
          ErrorCode.UNKNOWN_BACKUP,
          ErrorCode.UNKNOWN_EVENT,
          ErrorCode.WEAK_KEY,
          ErrorCode.KMS_NO_KEY,
          ErrorCode.TARGET_AMBIGUOUS);

  private ExitStatus() {}

  static int of(ErrorCode code) {
    return WRONG_USES.contains(code) ? WRONG_USE : FAILED;
  }

  static int of(Answer answer) {
    if (!answer.done()) {
      return FAILED;
    }
    return answer.promisesKept() ? DONE : PROMISE_NOT_KEPT;
  }
}
