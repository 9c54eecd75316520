package io.mockupaws.engine.task;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseHolder;
import io.mockupaws.engine.task.RunFolder.Listed;
import io.mockupaws.engine.task.RunFolder.Part;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The runs of a cluster's tasks, kept in its repository: who looks there, on any host, knows what
 * was tried and what became of it.
 */
public final class TaskRuns {
  /** How many beginnings one look reads, to see whether their processes are gone. */
  private static final int OPEN_READ = 20;

  /**
   * Another process is at it; or the server is another one, and the run not one of this cluster.
   */
  private static final Set<ErrorCode> NO_RUN =
      Set.of(ErrorCode.LEASE_HELD, ErrorCode.OTHER_LIFE, ErrorCode.FOREIGN_CLUSTER);

  private final ClusterRepository cluster;
  private final InstantSource clock;
  private final RandomGenerator random;

  public TaskRuns(ClusterRepository cluster, InstantSource clock, RandomGenerator random) {
    this.cluster = cluster;
    this.clock = clock;
    this.random = random;
  }

  /** As below, of all that the task promises. */
  public <T> T record(Task task, Supplier<T> work, Function<T, RunOutcome> outcome) {
    return record(task, Scope.WHOLE, work, outcome);
  }

  /**
   * Does something and keeps on record that it began and what became of it. The record is never in
   * the way: where the store refuses it, the work goes on, and meets the same store. What could not
   * begin since another process is at it, or the server is not this cluster's, is no run, and
   * leaves no record.
   *
   * @param outcome what to keep of what the work came to
   * @return what the work returns
   * @throws Failure what the work throws
   */
  public <T> T record(Task task, Scope scope, Supplier<T> work, Function<T, RunOutcome> outcome) {
    RunFolder folder = new RunFolder(cluster, task);
    Instant begin = clock.instant();
    String id = id(begin, random);
    quietly(() -> endThoseGone(folder));
    quietly(() -> begin(folder, id, scope, begin));
    T done;
    try {
      done = work.get();
    } catch (Failure e) {
      if (isNoRun(e)) {
        quietly(() -> folder.remove(id));
      } else {
        quietly(() -> end(folder, id, RunOutcome.failed(e)));
      }
      throw e;
    } catch (RuntimeException | Error e) {
      quietly(() -> end(folder, id, RunOutcome.failed(unexpected(e))));
      throw e;
    }
    quietly(() -> end(folder, id, outcome.apply(done)));
    return done;
  }

  /** The name of a run: names sort by the time of the beginning. */
  public static String id(Instant begin, RandomGenerator random) {
    return String.format(Locale.ROOT, "%016X-%04x", begin.toEpochMilli(), random.nextInt(0x10000));
  }

  /**
   * Whether it was no run that failed so: another process is at it, or the server is not this
   * cluster's.
   */
  public static boolean isNoRun(Failure failure) {
    return NO_RUN.contains(failure.code());
  }

  /** Its scope first: it must not be taken for a whole one for a moment. */
  private static void begin(RunFolder folder, String id, Scope scope, Instant at) {
    if (scope == Scope.PART) {
      folder.put(id, Part.PART, new byte[0]);
    }
    folder.put(id, Part.BEGUN, new RunRecord.Begun(at, LeaseHolder.self()).encode());
  }

  /**
   * Puts a run on record that failed while the repository was out of reach; again changes nothing.
   */
  public void add(TaskRun failed) {
    RunFolder folder = new RunFolder(cluster, failed.task());
    List<Listed> runs = folder.list();
    if (runs.stream().anyMatch(run -> run.id().equals(failed.id()) && !run.isOpen())) {
      return;
    }
    begin(folder, failed.id(), failed.scope(), failed.started());
    folder.put(
        failed.id(),
        Part.FAILED,
        new RunRecord.Ended(
                failed.ended().orElseThrow(),
                failed.made(),
                failed.bytes(),
                failed.error(),
                folder.failures(runs) + 1)
            .encode());
  }

  /** Its message may hold anything: only its kind is kept. */
  private static Failure unexpected(Throwable e) {
    return new Failure(
        ErrorCode.INTERNAL,
        "an unexpected " + e.getClass().getSimpleName(),
        "run the command with --debug and report what it prints",
        e);
  }

  private static void quietly(Runnable recording) {
    try {
      recording.run();
    } catch (Failure e) {
      // The work itself meets the store that refused this, and says so.
    }
  }

  private void end(RunFolder folder, String id, RunOutcome outcome) {
    List<Listed> runs = folder.list();
    boolean failed = outcome.failure().isPresent();
    long failures = failed ? folder.failures(runs) + 1 : 0;
    folder.put(
        id,
        failed ? Part.FAILED : Part.SUCCESS,
        RunRecord.Ended.of(clock.instant(), outcome, failures).encode());
    if (!failed) {
      // Of one task one run is under way: what began before this one, and has no end, has died.
      runs.stream()
          .filter(run -> run.isOpen() && run.id().compareTo(id) < 0)
          .forEach(run -> brokeOff(folder, run.id()));
    }
    folder.tidy(runs);
  }

  private void endThoseGone(RunFolder folder) {
    for (Listed run : open(folder.list())) {
      if (folder.begun(run.id()).filter(begun -> begun.holder().isGone()).isPresent()) {
        brokeOff(folder, run.id());
      }
    }
  }

  private static List<Listed> open(List<Listed> runs) {
    return runs.reversed().stream().filter(Listed::isOpen).limit(OPEN_READ).toList();
  }

  private void brokeOff(RunFolder folder, String id) {
    RunOutcome outcome = RunOutcome.failed(withoutWord());
    folder.put(
        id,
        Part.FAILED,
        RunRecord.Ended.of(clock.instant(), outcome, folder.failures(folder.list()) + 1).encode());
  }

  private static Failure withoutWord() {
    return new Failure(
        ErrorCode.RUN_BROKE_OFF,
        "its process ended without a word: it was killed, or its host went down",
        "see the host's log for that time; the next run begins where this one left something");
  }

  /**
   * Puts on record which runs ended without a word, as far as this host can tell. Where nothing is
   * run for long, whoever watches calls it.
   */
  public void settle() {
    for (Task task : Task.values()) {
      endThoseGone(new RunFolder(cluster, task));
    }
  }

  /**
   * What whoever watches wants to know of a task, by one listing.
   *
   * @param newest the newest runs that do all that the task promises, oldest first
   * @param newestSuccess of these
   * @param failures how many failed, ever
   */
  public record Summary(List<TaskRun> newest, Optional<TaskRun> newestSuccess, long failures) {
    private static final int NEWEST = 10;

    public Summary {
      newest = List.copyOf(newest);
    }

    /** Of a task of which no run is on record. */
    public static Summary none() {
      return new Summary(List.of(), Optional.empty(), 0);
    }
  }

  /** Puts down what ended without a word, and says how the task stands. */
  public Summary summary(Task task) {
    RunFolder folder = new RunFolder(cluster, task);
    endThoseGone(folder);
    List<Listed> runs = folder.list();
    return new Summary(
        newest(folder, task, whole(runs), Summary.NEWEST),
        newestSuccess(folder, task, runs),
        folder.failures(runs));
  }

  /** How many runs of a task have failed, ever. Never gets less. */
  public long failures(Task task) {
    RunFolder folder = new RunFolder(cluster, task);
    return folder.failures(folder.list());
  }

  /** The newest runs of a task, oldest first. */
  public List<TaskRun> newest(Task task, int most) {
    RunFolder folder = new RunFolder(cluster, task);
    return newest(folder, task, folder.list(), most);
  }

  /** The newest runs that do all that the task promises, oldest first. */
  public List<TaskRun> newestWhole(Task task, int most) {
    RunFolder folder = new RunFolder(cluster, task);
    return newest(folder, task, whole(folder.list()), most);
  }

  private static List<Listed> whole(List<Listed> runs) {
    return runs.stream().filter(run -> run.scope() == Scope.WHOLE).toList();
  }

  private static List<TaskRun> newest(RunFolder folder, Task task, List<Listed> runs, int most) {
    return read(folder, task, runs.subList(Math.max(0, runs.size() - most), runs.size()));
  }

  private static List<TaskRun> read(RunFolder folder, Task task, List<Listed> runs) {
    return runs.stream().map(run -> read(folder, task, run)).flatMap(Optional::stream).toList();
  }

  /** The newest run that was successful and did all that the task promises. */
  public Optional<TaskRun> newestSuccess(Task task) {
    RunFolder folder = new RunFolder(cluster, task);
    return newestSuccess(folder, task, folder.list());
  }

  private static Optional<TaskRun> newestSuccess(RunFolder folder, Task task, List<Listed> runs) {
    return whole(runs).reversed().stream()
        .filter(run -> run.end().filter(end -> end == Part.SUCCESS).isPresent())
        .map(run -> read(folder, task, run))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<TaskRun> read(RunFolder folder, Task task, Listed run) {
    Optional<RunRecord.Begun> begun = folder.begun(run.id());
    Optional<RunRecord.Ended> ended = folder.ended(run);
    if (begun.isEmpty()) {
      return Optional.empty();
    }
    LeaseHolder holder = begun.get().holder();
    RunStatus status =
        run.end()
            .map(part -> part == Part.SUCCESS ? RunStatus.SUCCESS : RunStatus.FAILED)
            .orElse(holder.isGone() ? RunStatus.FAILED : RunStatus.RUNNING);
    Failure silent = withoutWord();
    Optional<TaskRun.RunError> error =
        switch (status) {
          case RUNNING, SUCCESS -> Optional.empty();
          case FAILED ->
              ended
                  .flatMap(RunRecord.Ended::error)
                  .or(
                      () ->
                          Optional.of(
                              new TaskRun.RunError(
                                  silent.code().code(), silent.what(), silent.nextStep())));
        };
    return Optional.of(
        new TaskRun(
            task,
            run.id(),
            begun.get().at(),
            holder.toString(),
            run.scope(),
            status,
            ended.map(RunRecord.Ended::at),
            ended.map(RunRecord.Ended::made).orElse(List.of()),
            ended.map(RunRecord.Ended::bytes).orElse(0L),
            error));
  }
}
