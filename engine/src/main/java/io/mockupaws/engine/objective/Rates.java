package io.mockupaws.engine.objective;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * How fast a recovery goes, in bytes a second: the median of what was measured, or an assumption on
 * the careful side of what common machines do.
 *
 * @param files from the repository into their places, forced; empty where none was measured
 * @param replay of WAL; empty where none was measured
 */
public record Rates(OptionalDouble files, OptionalDouble replay) {
  private static final double ASSUMED_FETCH = 100e6;
  private static final double ASSUMED_WRITE = 200e6;

  /** One process replays; 50 to 65 MB/s have been published for writes at random places. */
  private static final double ASSUMED_REPLAY = 50e6;

  /** Of both parts: programs that start, a plan, a listing, a checkpoint at the end. */
  private static final Duration FIXED = Duration.ofSeconds(1);

  /** A shorter part tells of what is fixed in it, and of little else. */
  private static final Duration TELLING = Duration.ofSeconds(2);

  /** Nothing was measured. */
  public static Rates assumed() {
    return new Rates(OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** What recoveries tell; of those into a directory that had much of it already, the replay. */
  public static Rates of(List<Measurement> measured) {
    return new Rates(
        median(
            measured.stream().filter(m -> m.fetchedBytes() == m.bytes()).toList(),
            m -> rate(m.bytes(), m.files())),
        median(measured, m -> rate(m.replayedBytes(), m.replay())));
  }

  private static double rate(long bytes, Duration took) {
    return took.compareTo(TELLING) < 0 ? 0 : bytes * 1000.0 / took.minus(FIXED).toMillis();
  }

  private static OptionalDouble median(
      List<Measurement> measured, ToDoubleFunction<Measurement> rate) {
    double[] rates = measured.stream().mapToDouble(rate).filter(r -> r > 0).sorted().toArray();
    // of two the slower one
    return rates.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(rates[(rates.length - 1) / 2]);
  }

  /**
   * What a recovery would take.
   *
   * @param fetchBytes from the repository, sealed
   * @param writeBytes into the target
   * @param replayBytes of WAL
   */
  public Prediction predict(long fetchBytes, long writeBytes, long replayBytes) {
    double seconds =
        files.isPresent()
            ? writeBytes / files.getAsDouble()
            : Math.max(fetchBytes / ASSUMED_FETCH, writeBytes / ASSUMED_WRITE);
    return new Prediction(
        FIXED.plus(ofSeconds(seconds)),
        FIXED.plus(ofSeconds(replayBytes / replayRate())),
        replayBytes,
        this);
  }

  /** Bytes of WAL a second, measured or assumed. */
  double replayRate() {
    return replay.orElse(ASSUMED_REPLAY);
  }

  private static Duration ofSeconds(double seconds) {
    return Duration.ofMillis((long) (seconds * 1000));
  }
}
