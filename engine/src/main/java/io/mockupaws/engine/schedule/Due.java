package io.mockupaws.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether something is to be done now, by what was done before. Nothing but the record of runs is
 * asked: whoever did it, on this host or another, and also before this process began, it is done;
 * and what was missed while nobody was there is due at once.
 */
public final class Due {
  private static final Duration PAUSE = Duration.ofMinutes(10);
  private static final int DOUBLINGS = 5;

  private Due() {}

  /**
   * One run.
   *
   * @param ended empty while it runs
   */
  public record Done(Instant began, Optional<Instant> ended, boolean success) {}

  /**
   * Whether it is to begin now. Since the last time of the schedule it must have been successful
   * once; after a failure it is tried again, after longer and longer pauses.
   *
   * @param runs the newest ones, in any order
   */
  public static boolean now(Schedule schedule, List<Done> runs, Instant now) {
    return schedule.atOrBefore(now).filter(last -> isOpen(last, runs, now)).isPresent();
  }

  private static boolean isOpen(Instant last, List<Done> runs, Instant now) {
    List<Done> since = runs.stream().filter(run -> !run.began().isBefore(last)).toList();
    if (since.stream().anyMatch(Done::success)) {
      return false;
    }
    Optional<Instant> newest =
        since.stream().flatMap(run -> run.ended().stream()).max(Instant::compareTo);
    return newest.filter(end -> now.isBefore(end.plus(pause(since.size())))).isEmpty();
  }

  private static Duration pause(int failed) {
    return PAUSE.multipliedBy(1L << Math.min(failed - 1, DOUBLINGS));
  }

  /** The time of the schedule that has passed so long ago without a success since. */
  public static Optional<Instant> missed(
      Schedule schedule, List<Done> runs, Duration patience, Instant now) {
    return schedule
        .atOrBefore(now.minus(patience))
        .filter(
            last -> runs.stream().noneMatch(run -> run.success() && !run.began().isBefore(last)));
  }
}
