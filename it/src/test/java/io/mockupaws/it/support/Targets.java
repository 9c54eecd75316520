package io.mockupaws.it.support;

import io.mockupaws.it.support.CommitOracle.Commit;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Moments to recover to, chosen at random where it is hardest. */
public final class Targets {

  private static final Duration NARROW = Duration.ofMillis(3);

  private final CommitOracle oracle;
  private final SplittableRandom random;

  public Targets(CommitOracle oracle, long seed) {
    this.oracle = oracle;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Times between two neighbours in the WAL, less than 3 ms apart, of which the second was later.
   *
   * @param after only times behind this one
   */
  public List<Instant> betweenNeighbours(int count, Instant after, long fromLsn) {
    List<Commit> commits = oracle.commits();
    List<Instant> candidates = new ArrayList<>();
    for (int i = 0; i + 1 < commits.size(); i++) {
      Instant first = commits.get(i).time();
      Duration gap = Duration.between(first, commits.get(i + 1).time());
      if (first.isAfter(after)
          && commits.get(i).lsn() >= fromLsn
          && gap.isPositive()
          && gap.compareTo(NARROW) < 0) {
        candidates.add(first.plus(gap.dividedBy(2)).truncatedTo(ChronoUnit.MICROS));
      }
    }
    return pick(count, candidates);
  }

  /** The very times of commits. */
  public List<Instant> ofCommits(int count, Instant after, long fromLsn) {
    return pick(
        count,
        oracle.commits().stream()
            .filter(commit -> commit.time().isAfter(after) && commit.lsn() >= fromLsn)
            .map(Commit::time)
            .toList());
  }

  /** Any times up to the last commit. */
  public List<Instant> anywhere(int count, Instant after) {
    long micros = ChronoUnit.MICROS.between(after, oracle.commits().getLast().time());
    List<Instant> times = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      times.add(
          after.plus(random.nextLong(micros), ChronoUnit.MICROS).truncatedTo(ChronoUnit.MICROS));
    }
    return times;
  }

  private List<Instant> pick(int count, List<Instant> candidates) {
    if (candidates.size() < count) {
      throw new AssertionError("only " + candidates.size() + " moments to choose from");
    }
    List<Instant> picked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      picked.add(candidates.get(random.nextInt(candidates.size())));
    }
    return picked;
  }
}
