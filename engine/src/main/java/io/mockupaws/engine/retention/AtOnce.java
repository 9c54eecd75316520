package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Requests to a store, some at a time: each takes its time, and hardly any of ours. */
final class AtOnce {
  private static final int MANY = 16;

  private AtOnce() {}

  /**
   * Does it for each.
   *
   * @param before runs before each bunch
   * @param behind hears of each bunch, and what came of each of it
   * @throws Failure CLEANUP_INTERRUPTED, those of the work
   */
  static <T, R> void forEach(
      List<T> items, Runnable before, Function<T, R> work, BiConsumer<List<T>, List<R>> behind) {
    for (int i = 0; i < items.size(); i += MANY) {
      List<T> bunch = items.subList(i, Math.min(items.size(), i + MANY));
      before.run();
      behind.accept(bunch, together(bunch, work));
    }
  }

  private static <T, R> List<R> together(List<T> items, Function<T, R> work) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<R>> calls = new ArrayList<>();
      for (T item : items) {
        calls.add(() -> work.apply(item));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> call : threads.invokeAll(calls)) {
        results.add(call.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }

  static Failure interrupted() {
    return new Failure(
        ErrorCode.CLEANUP_INTERRUPTED,
        "the cleanup was broken off",
        "nothing is half removed; what is left goes by the next: mockupaws cleanup");
  }
}
