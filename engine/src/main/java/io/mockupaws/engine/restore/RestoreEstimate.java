package io.mockupaws.engine.restore;

import java.time.Duration;

/**
 * How long a restore may take, before anything was measured on this host: the slowest of fetching
 * and writing, then the replay. Rates are on the careful side of what common machines do.
 */
final class RestoreEstimate {
  private static final double FETCH = 100e6;
  private static final double WRITE = 200e6;

  /** One process replays; 50 to 65 MB/s have been published for writes at random places. */
  private static final double REPLAY = 50e6;

  private static final Duration FIXED = Duration.ofSeconds(2);

  private RestoreEstimate() {}

  static RestorePlan.Estimate of(long fetchBytes, long writeBytes, long replayBytes) {
    double seconds = Math.max(fetchBytes / FETCH, writeBytes / WRITE) + replayBytes / REPLAY;
    return new RestorePlan.Estimate(
        fetchBytes,
        writeBytes,
        replayBytes,
        FIXED.plus(Duration.ofMillis((long) (seconds * 1000))));
  }
}
