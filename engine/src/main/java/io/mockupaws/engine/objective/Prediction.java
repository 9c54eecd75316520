package io.mockupaws.engine.objective;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a recovery would take.
 *
 * @param files until the server is started
 * @param replay from then until it takes connections
 * @param replayBytes of WAL
 * @param rates it was reckoned with
 */
public record Prediction(Duration files, Duration replay, long replayBytes, Rates rates) {

  /** The recovery time. */
  public Duration total() {
    return files.plus(replay);
  }

  /**
   * How long until the recovery would take longer than allowed, without another backup.
   *
   * @param walPerSecond bytes that the server writes
   * @return zero when it does already; empty when nothing is written, or nobody knows
   */
  public Optional<Duration> passes(Duration objective, OptionalDouble walPerSecond) {
    Duration left = objective.minus(total());
    if (left.isNegative()) {
      return Optional.of(Duration.ZERO);
    }
    return walPerSecond.orElse(0) < 1
        ? Optional.empty()
        : Optional.of(
            Duration.ofSeconds(
                (long) (left.toSeconds() * rates.replayRate() / walPerSecond.getAsDouble())));
  }

  /** The same with more WAL, or less. */
  public Prediction withReplayBytes(long bytes) {
    return new Prediction(files, rates.predict(0, 0, bytes).replay(), bytes, rates);
  }
}
