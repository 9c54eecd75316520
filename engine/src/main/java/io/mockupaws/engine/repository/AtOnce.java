package io.mockupaws.engine.repository;

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
public final class AtOnce {
  private static final int MANY = 16;

  private AtOnce() {}

  /**
   * Does it for each.
   *
   * @param before runs before each bunch
   * @param behind hears of each bunch, and what came of each of it
   * @throws io.mockupaws.core.failure.Failure those of the work
   */
  public static <T, R> void forEach(
      List<T> items, Runnable before, Function<T, R> work, BiConsumer<List<T>, List<R>> behind) {
    for (int i = 0; i < items.size(); i += MANY) {
      List<T> bunch = items.subList(i, Math.min(items.size(), i + MANY));
      before.run();
      behind.accept(bunch, together(bunch, work));
    }
  }

  /**
   * Does it for each, and gives what came of each.
   *
   * @throws io.mockupaws.core.failure.Failure those of the work
   */
  public static <T, R> List<R> of(List<T> items, Function<T, R> work) {
    List<R> results = new ArrayList<>();
    forEach(items, () -> {}, work, (_, some) -> results.addAll(some));
    return results;
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
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }
}
