package io.mockupaws.engine.task;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One run of a task, as the repository has it.
 *
 * @param id its name in the folder of the task: names sort by the time of the beginning
 * @param by the process and its host
 * @param scope how much of the task it is to do
 * @param ended empty while it runs, and where its process ended without a word
 * @param made the names of the backups that are there by it
 * @param bytes that it stored; of a cleanup: that it removed
 * @param error why it failed
 */
public record TaskRun(
    Task task,
    String id,
    Instant started,
    String by,
    Scope scope,
    RunStatus status,
    Optional<Instant> ended,
    List<String> made,
    long bytes,
    Optional<RunError> error) {
  public TaskRun {
    made = List.copyOf(made);
  }

  /** Whether it is a run of what the task promises. */
  public boolean isWhole() {
    return scope == Scope.WHOLE;
  }

  /**
   * Why a run failed.
   *
   * @param code stable, for example {@code MAW204}
   */
  public record RunError(String code, String what, String next) {}
}
