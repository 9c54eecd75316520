package io.mockupaws.store;

import java.time.Duration;

/**
 * How much of one store's slowness the others bear.
 *
 * @param patience how long a call may take that another store has done; one second is added for
 *     each MiB of it
 * @param firstPause until a store that is away is asked again
 * @param longestPause the pauses double up to this
 */
public record GroupPolicy(Duration patience, Duration firstPause, Duration longestPause) {

  /** What is used where nothing else is said. */
  public static GroupPolicy normal() {
    return new GroupPolicy(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  Duration patience(long bytes) {
    return patience.plusSeconds(bytes >> 20);
  }
}
