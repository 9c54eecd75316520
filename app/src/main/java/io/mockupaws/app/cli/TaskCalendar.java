package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.schedule.Due;
import io.mockupaws.engine.schedule.Schedule;
import io.mockupaws.engine.task.RunStatus;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRun;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Begins each task when it is due, one run of a kind at a time. What was run is asked from the
 * repository before anything begins: somebody else may have done it.
 */
final class TaskCalendar {
  /** After a run that could not be read, or could not begin beside another. */
  private static final Duration LATER = Duration.ofMinutes(2);

  private static final Duration BELIEVED = Duration.ofHours(6);

  private final InstantSource clock;
  private final Function<Task, List<TaskRun>> record;
  private final BiFunction<Task, Config, String> work;
  private final Consumer<String> say;
  private final Map<Task, Thread> running = new EnumMap<>(Task.class);
  private final Map<Task, Instant> notBefore = new EnumMap<>(Task.class);

  /**
   * @param record the newest runs of a task
   * @param work does one; the answer is told
   */
  TaskCalendar(
      InstantSource clock,
      Function<Task, List<TaskRun>> record,
      BiFunction<Task, Config, String> work,
      Consumer<String> say) {
    this.clock = clock;
    this.record = record;
    this.work = work;
    this.say = say;
  }

  /** Of what the task promises; a part of it does not stand in for a run. */
  static List<Due.Done> done(List<TaskRun> runs) {
    return runs.stream()
        .filter(TaskRun::isWhole)
        .map(
            run ->
                new Due.Done(
                    run.started(),
                    // Of one that ended without a word nobody knows when: it may be begun anew.
                    run.status() == RunStatus.FAILED && run.ended().isEmpty()
                        ? Optional.of(run.started())
                        : run.ended(),
                    run.status() == RunStatus.SUCCESS))
        .toList();
  }

  /** Looks whether something is due, and begins it; called often. */
  synchronized void look(Config config) {
    Instant now = clock.instant();
    for (Task task : Task.values()) {
      Thread busy = running.get(task);
      boolean free = busy == null || !busy.isAlive();
      if (free && !now.isBefore(notBefore.getOrDefault(task, Instant.MIN))) {
        config.daemon().schedule(task).ifPresent(schedule -> look(task, schedule, config, now));
      }
    }
  }

  private void look(Task task, Schedule schedule, Config config, Instant now) {
    List<TaskRun> runs;
    try {
      runs = record.apply(task);
    } catch (Failure e) {
      notBefore.put(task, now.plus(LATER)); // the look at the cluster says what is wrong
      return;
    }
    if (runs.stream().anyMatch(run -> isUnderWay(run, now))) {
      notBefore.put(task, now.plus(LATER));
      return;
    }
    if (Due.now(schedule, done(runs), now)) {
      running.put(
          task, Thread.ofVirtual().name("task-" + task.word()).start(() -> run(task, config)));
    } else {
      // Nothing changes by itself before its next time.
      Instant next = schedule.after(now).orElse(Instant.MAX);
      Instant later = now.plus(LATER);
      notBefore.put(task, next.isBefore(later) ? next : later);
    }
  }

  /** One of another host that began long ago may have died: then the leases alone decide. */
  static boolean isUnderWay(TaskRun run, Instant now) {
    return run.status() == RunStatus.RUNNING && run.started().plus(BELIEVED).isAfter(now);
  }

  private void run(Task task, Config config) {
    try {
      say.accept(task.word() + " begins");
      say.accept(work.apply(task, config));
    } catch (RuntimeException e) {
      boolean others = e instanceof Failure failure && failure.code() == ErrorCode.LEASE_HELD;
      later(task);
      say.accept(
          task.word() + (others ? " waits for another one: " : " failed: ") + OwnBackup.told(e));
    }
  }

  private synchronized void later(Task task) {
    notBefore.put(task, clock.instant().plus(LATER));
  }

  /** What runs of it now. */
  synchronized List<Thread> running() {
    return running.values().stream().filter(Thread::isAlive).toList();
  }
}
