package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A few tasks, each on a virtual thread, and a caller that looks after them. No thread is
 * interrupted: who breaks the work off tells the tasks and cuts off their connections.
 */
final class Crew {
  private static final Duration TICK = Duration.ofMillis(250);

  private Crew() {}

  /**
   * Runs one task and returns what it gives.
   *
   * @param tick called several times a second meanwhile; what it throws ends the waiting
   */
  static <T> T run(String name, Callable<T> task, Runnable tick, Runnable stop) {
    AtomicReference<T> result = new AtomicReference<>();
    runAll(
        List.of(
            new Task(
                name,
                () -> {
                  result.set(task.call());
                  return true;
                })),
        tick,
        stop);
    return result.get();
  }

  /**
   * A task.
   *
   * @param name of its thread
   */
  record Task(String name, Callable<Boolean> work) {}

  /**
   * Runs tasks until all have ended. When one fails, or the tick does, the rest is stopped, and its
   * failure is thrown once nothing runs any more.
   *
   * @param stop tells the tasks to end soon; called at most once
   */
  static void runAll(List<Task> tasks, Runnable tick, Runnable stop) {
    CountDownLatch running = new CountDownLatch(tasks.size());
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (Task task : tasks) {
      threads.add(Thread.ofVirtual().name(task.name()).start(() -> run(task, failure, running)));
    }
    try {
      while (failure.get() == null && !ended(running)) {
        tick.run();
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
    if (failure.get() != null) {
      stop.run();
    }
    threads.forEach(Crew::join);
    Throwable first = failure.get();
    if (first != null) {
      throw asFailure(first);
    }
  }

  private static void run(
      Task task, AtomicReference<@Nullable Throwable> failure, CountDownLatch running) {
    try {
      task.work().call();
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    } finally {
      running.countDown();
    }
  }

  private static boolean ended(CountDownLatch running) {
    try {
      return running.await(TICK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "the backup was broken off; nothing of it is visible",
          "take it again");
    }
  }

  /** Even when this thread was interrupted: tasks use what the caller closes next. */
  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException asFailure(Throwable thrown) {
    return switch (thrown) {
      case Failure failure -> failure;
      case OutOfMemoryError error ->
          new Failure(
              ErrorCode.INTERNAL,
              "the backup ran out of memory",
              "take it with fewer connections, or give the program more memory (-Xmx)",
              error);
      default ->
          new Failure(
              ErrorCode.INTERNAL,
              "the backup failed by a defect: " + thrown,
              "report it with the stack trace",
              thrown);
    };
  }
}
