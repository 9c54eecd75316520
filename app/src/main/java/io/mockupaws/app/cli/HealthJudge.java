package io.mockupaws.app.cli;

import io.mockupaws.app.config.DaemonConfig;
import io.mockupaws.app.daemon.Reason;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.schedule.Due;
import io.mockupaws.engine.task.RunStatus;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a cluster is not healthy: every promise that is not kept, or soon will not be. Judges what a
 * look found by the moment of the question, so that what ages between two looks is seen.
 */
final class HealthJudge {
  /** A day and the hour that a daily backup may take. */
  static final Duration BACKUP_AGE = Duration.ofHours(25);

  /** A stream connects again by itself: that is no reason yet. */
  static final Duration STREAM_PATIENCE = Duration.ofSeconds(15);

  /** The backup window. */
  static final Duration TASK_PATIENCE = Duration.ofHours(2);

  /** What a dump may take beyond the time between two. */
  private static final Duration DUMP_MAY_TAKE = Duration.ofHours(1);

  /** As doctor judges it. */
  static final Duration CLOCKS_MAY_DIFFER = Duration.ofMinutes(5);

  private static final long SPOOL_PERCENT = 5;

  private final DaemonConfig config;
  private final Instant now;
  private final boolean streams;
  private final List<Reason> reasons = new ArrayList<>();

  /** What the stream of this process does. */
  record Streaming(Optional<StreamState> state, Optional<Failure> failure, Instant brokenSince) {}

  private HealthJudge(DaemonConfig config, boolean streams, Instant now) {
    this.config = config;
    this.streams = streams;
    this.now = now;
  }

  /**
   * Judges.
   *
   * @param facts of the newest look that was made; empty before the first
   * @param lookFailure why a later one could not be made
   * @param streaming empty where the cluster is protected by dumps alone
   */
  static List<Reason> of(
      DaemonConfig config,
      Optional<HealthFacts> facts,
      Optional<Failure> lookFailure,
      Optional<Streaming> streaming,
      Instant now) {
    HealthJudge judge = new HealthJudge(config, streaming.isPresent(), now);
    judge.look(facts, lookFailure);
    facts.ifPresent(judge::judge);
    streaming.ifPresent(one -> judge.stream(facts, one));
    return List.copyOf(judge.reasons);
  }

  private void look(Optional<HealthFacts> facts, Optional<Failure> failure) {
    if (failure.isPresent()) {
      add("look", "the cluster cannot be looked at: " + text(failure.get()), next(failure.get()));
    } else if (facts.isEmpty()) {
      add("look", "the cluster was not looked at yet", "ask again in a moment");
    }
    Duration most = config.look().multipliedBy(3).plusMinutes(2);
    facts
        .filter(f -> f.at().plus(most).isBefore(now))
        .ifPresent(
            f ->
                add(
                    "look",
                    "the last look at the cluster was "
                        + Units.duration(Duration.between(f.at(), now))
                        + " ago",
                    "see the log of mockupaws serve; start it again"));
  }

  private void judge(HealthFacts facts) {
    // Whether anybody streams this process knows better, and from moment to moment.
    facts.reasons().stream().filter(r -> !r.id().equals("stream")).forEach(reasons::add);
    for (Task task : Task.values()) {
      age(task, facts);
      run(task, facts);
    }
    if (!streams) {
      dumpsMeetTheObjective(facts);
    }
    corruptPages(facts);
    spool(facts);
    clock("server", facts.serverAhead());
    clock("store", facts.storeAhead());
  }

  /** Whether there is none at all, the status says. */
  private void age(Task task, HealthFacts facts) {
    boolean promised =
        switch (task) {
          case PHYSICAL -> streams;
          case LOGICAL -> config.schedule(task).isPresent();
          case CONFIG, CLEANUP -> false;
        };
    Optional<Instant> newest = facts.newestGood(task);
    if (!promised || newest.filter(at -> !at.plus(mostAge()).isBefore(now)).isPresent()) {
      return;
    }
    add(
        "stale-backup",
        task.word(),
        newest
            .map(
                at ->
                    "the newest good "
                        + task.word()
                        + " backup is "
                        + Units.duration(Duration.between(at, now))
                        + " old")
            .orElse("there is no good " + task.word() + " backup"),
        task == Task.PHYSICAL ? "run mockupaws backup" : "run mockupaws backup --kind logical");
  }

  private Duration mostAge() {
    return streams
        ? BACKUP_AGE
        : config
            .between(Task.LOGICAL, now)
            .map(time -> time.plus(DUMP_MAY_TAKE))
            .orElse(BACKUP_AGE);
  }

  /** What is written behind a dump is lost until the next one, where nobody streams. */
  private void dumpsMeetTheObjective(HealthFacts facts) {
    Duration objective = Duration.ofMillis(facts.status().rpoObjectiveMillis());
    Optional<Duration> between = config.between(Task.LOGICAL, now);
    if (between.filter(time -> time.compareTo(objective) <= 0).isEmpty()) {
      add(
          "rpo",
          "what is written behind a dump is lost until the next one, and "
              + between
                  .map(time -> "between two of them lies " + Units.duration(time))
                  .orElse("none is scheduled")
              + "; the objective is "
              + Units.duration(objective),
          "set schedule.logical to the interval that meets it, or objectives.rpo to what can be"
              + " kept");
    }
  }

  private void run(Task task, HealthFacts facts) {
    List<TaskRun> runs = facts.runs(task).newest();
    Optional<TaskRun> last =
        runs.reversed().stream().filter(run -> run.status() != RunStatus.RUNNING).findFirst();
    last.filter(run -> run.status() == RunStatus.FAILED)
        .flatMap(TaskRun::error)
        .ifPresent(
            error ->
                add(
                    "failed-run",
                    task.word(),
                    "the last run of "
                        + task.word()
                        + " failed: "
                        + error.code()
                        + " "
                        + error.what(),
                    error.next()));
    boolean running = runs.stream().anyMatch(run -> TaskCalendar.isUnderWay(run, now));
    if (running) {
      return;
    }
    config
        .schedule(task)
        .flatMap(schedule -> Due.missed(schedule, TaskCalendar.done(runs), TASK_PATIENCE, now))
        .filter(at -> facts.runs(task).newestSuccess().isPresent())
        .ifPresent(
            at ->
                add(
                    "missed-run",
                    task.word(),
                    task.word() + " was to be done at " + Units.time(at) + " and was not",
                    "see the log of mockupaws serve"));
  }

  private void corruptPages(HealthFacts facts) {
    Optional<ManifestHead> newest = facts.backups().reversed().stream().findFirst();
    newest
        .filter(head -> !head.corruptPages().isEmpty())
        .ifPresent(
            head ->
                add(
                    "corrupt-pages",
                    "the newest backup has corrupt pages: " + head.id(),
                    "see which: mockupaws show "
                        + head.id()
                        + "; the server's disk or memory may be failing"));
  }

  private void spool(HealthFacts facts) {
    facts
        .spool()
        .filter(s -> s.totalBytes() > 0 && s.freeBytes() * 100 < s.totalBytes() * SPOOL_PERCENT)
        .ifPresent(
            s ->
                add(
                    "spool",
                    "the disk of the spool "
                        + s.folder()
                        + " fills: "
                        + Units.bytes(s.freeBytes())
                        + " are free",
                    "make room there, or set another repository.spool"));
  }

  private void clock(String whose, Optional<Duration> ahead) {
    ahead
        .filter(by -> by.abs().compareTo(CLOCKS_MAY_DIFFER) >= 0)
        .ifPresent(
            by ->
                add(
                    "clock",
                    whose,
                    "the clock of the "
                        + whose
                        + " is "
                        + Units.duration(by.abs())
                        + (by.isNegative() ? " behind" : " ahead of")
                        + " this host's",
                    "set the clocks by NTP on both sides, and see which of them is wrong"));
  }

  private void stream(Optional<HealthFacts> facts, Streaming streaming) {
    boolean runs =
        streaming.failure().isEmpty()
            && streaming
                .state()
                .filter(s -> s.phase() == StreamState.Phase.STREAMING && s.lastError().isEmpty())
                .isPresent();
    if (runs || now.isBefore(streaming.brokenSince().plus(STREAM_PATIENCE))) {
      return;
    }
    boolean others =
        streaming.failure().filter(f -> f.code() == ErrorCode.LEASE_HELD).isPresent()
            && facts.flatMap(f -> f.status().slotActive()).orElse(false);
    if (others) {
      return; // another process streams, and what it brings is what counts
    }
    Optional<Failure> why =
        streaming.failure().or(() -> streaming.state().flatMap(StreamState::lastError));
    add(
        "stream",
        "the stream does not run: what is committed is not protected"
            + why.map(f -> ": " + text(f)).orElse(""),
        why.map(HealthJudge::next).orElse("see the log of mockupaws serve"));
  }

  private void add(String id, String what, String next) {
    add(id, "", what, next);
  }

  private void add(String id, String about, String what, String next) {
    reasons.add(new Reason(id, about, what, next));
  }

  private static String text(Failure failure) {
    return failure.code().code() + " " + failure.what();
  }

  private static String next(Failure failure) {
    return failure.nextStep();
  }
}
