package io.mockupaws.store;

import java.time.Duration;

/**
 * How long a fault that may pass is waited out. The n-th wait is drawn between half and all of
 * {@code first · 2ⁿ}, at most {@code longest}.
 *
 * @param attempts calls at most, the first included
 * @param first base of the waits
 * @param longest bound of one wait
 * @param total bound of the time from the first call's start to the last call's start
 */
public record RetryPolicy(int attempts, Duration first, Duration longest, Duration total) {

  public RetryPolicy {
    if (attempts < 1 || first.isNegative() || longest.isNegative() || total.isNegative()) {
      throw new IllegalArgumentException("attempts must be positive and times not negative");
    }
  }

  /** For what runs unwatched: five minutes. */
  public static RetryPolicy patient() {
    return new RetryPolicy(
        40, Duration.ofMillis(100), Duration.ofSeconds(15), Duration.ofMinutes(5));
  }

  /** For a command somebody waits for: some seconds. */
  public static RetryPolicy brief() {
    return new RetryPolicy(6, Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(8));
  }

  /** For one of several stores: another one can do the same meanwhile. */
  public static RetryPolicy hurried() {
    return new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  /** Every fault at once. */
  public static RetryPolicy none() {
    return new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ZERO);
  }
}
