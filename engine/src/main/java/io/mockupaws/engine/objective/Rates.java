package io.mockupaws.engine.objective;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * How fast a recovery goes, in bytes a second: the median of what was measured, or an assumption on
 * the careful side of what common machines do. A part of few bytes tells nothing of a rate: what it
 * takes is fixed, programs that start, a listing, a server that forces every file before it replays
 * ({@code SyncDataDirectory}), and that is measured by them.
 *
 * @param files from the repository into their places, forced; empty where none was measured
 * @param replay of WAL; empty where none was measured
 * @param fixedFiles what that part takes however few the bytes are
 * @param fixedReplay likewise
 */
public record Rates(
    OptionalDouble files, OptionalDouble replay, Duration fixedFiles, Duration fixedReplay) {
  private static final double ASSUMED_FETCH = 100e6;
  private static final double ASSUMED_WRITE = 200e6;

  /** One process replays; 50 to 65 MB/s have been published for writes at random places. */
  private static final double ASSUMED_REPLAY = 50e6;

  /** Of both parts: programs that start, a plan, a listing, a checkpoint at the end. */
  private static final Duration FIXED = Duration.ofSeconds(1);

  /** A shorter part tells of what is fixed in it, and of little else. */
  private static final Duration TELLING = Duration.ofSeconds(2);

  /** So do fewer bytes than the assumed rate would bring in that time, however long it took. */
  private static final long TELLING_FILES = (long) (ASSUMED_WRITE * 2);

  private static final long TELLING_REPLAY = (long) (ASSUMED_REPLAY * 2);

  /** Nothing was measured. */
  public static Rates assumed() {
    return new Rates(OptionalDouble.empty(), OptionalDouble.empty(), FIXED, FIXED);
  }

  /** What recoveries tell; of those into a directory that had much of it already, the replay. */
  public static Rates of(List<Measurement> measured) {
    List<Measurement> whole = measured.stream().filter(m -> m.fetchedBytes() == m.bytes()).toList();
    Duration fixedFiles = fixed(whole, TELLING_FILES, Measurement::bytes, Measurement::files);
    Duration fixedReplay =
        fixed(measured, TELLING_REPLAY, Measurement::replayedBytes, Measurement::replay);
    return new Rates(
        median(whole, m -> rate(m.bytes(), TELLING_FILES, m.files(), fixedFiles)),
        median(measured, m -> rate(m.replayedBytes(), TELLING_REPLAY, m.replay(), fixedReplay)),
        fixedFiles,
        fixedReplay);
  }

  /** The longest is no measure of the usual, the shortest none of a careful one. */
  private static Duration fixed(
      List<Measurement> measured,
      long telling,
      ToLongFunction<Measurement> bytes,
      Function<Measurement, Duration> took) {
    List<Duration> few =
        measured.stream().filter(m -> bytes.applyAsLong(m) < telling).map(took).sorted().toList();
    Duration median = few.isEmpty() ? FIXED : few.get(few.size() / 2);
    return median.compareTo(FIXED) > 0 ? median : FIXED;
  }

  /** Zero: it tells none. What seems to be fixed may not have been so in this one. */
  private static double rate(long bytes, long telling, Duration took, Duration fixed) {
    if (bytes < telling || took.compareTo(TELLING) < 0) {
      return 0;
    }
    Duration rest = took.minus(fixed);
    Duration least = took.dividedBy(2);
    return bytes * 1000.0 / (rest.compareTo(least) > 0 ? rest : least).toMillis();
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
        fixedFiles.plus(ofSeconds(seconds)),
        fixedReplay.plus(ofSeconds(replayBytes / replayRate())),
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
