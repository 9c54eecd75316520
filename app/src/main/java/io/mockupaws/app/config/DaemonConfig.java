package io.mockupaws.app.config;

import io.mockupaws.engine.schedule.Schedule;
import io.mockupaws.engine.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is set for {@code serve}.
 *
 * @param listen the address of this host at which it answers
 * @param port there
 * @param look how often each cluster is looked at
 * @param quota bytes that each store may hold; empty: a directory's disk tells, a bucket has no end
 * @param schedules when each task is done; one that is left out is not
 */
public record DaemonConfig(
    String listen, int port, Duration look, OptionalLong quota, Map<Task, Schedule> schedules) {
  private static final Duration WEEK = Duration.ofDays(7);

  public DaemonConfig {
    schedules = Map.copyOf(schedules);
  }

  /** The same, and one task is not done. */
  public DaemonConfig without(Task task) {
    Map<Task, Schedule> others = new EnumMap<>(Task.class);
    others.putAll(schedules);
    others.remove(task);
    return new DaemonConfig(listen, port, look, quota, others);
  }

  /**
   * The longest time between two runs of a task, of those that begin within a week; empty when it
   * is not done.
   *
   * @param now from which on they are looked for
   */
  public Optional<Duration> between(Task task, Instant now) {
    return schedule(task).flatMap(schedule -> longest(schedule, now));
  }

  private static Optional<Duration> longest(Schedule schedule, Instant now) {
    Optional<Duration> longest = Optional.empty();
    Optional<Instant> run = schedule.after(now);
    while (run.filter(at -> !at.isAfter(now.plus(WEEK))).isPresent()) {
      Instant at = run.get();
      run = schedule.after(at);
      Optional<Duration> gap = run.map(next -> Duration.between(at, next));
      if (gap.isPresent() && longest.filter(most -> most.compareTo(gap.get()) >= 0).isEmpty()) {
        longest = gap;
      }
    }
    return longest;
  }

  /** When a task is done; empty when it is not. */
  public Optional<Schedule> schedule(Task task) {
    return Optional.ofNullable(schedules.get(task));
  }
}
