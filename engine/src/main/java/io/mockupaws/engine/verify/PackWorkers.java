package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** A bounded number of virtual threads that share out numbered work; the first failure ends all. */
final class PackWorkers {
  private final int number;
  private final AtomicReference<Optional<RuntimeException>> failure =
      new AtomicReference<>(Optional.empty());

  PackWorkers(int number) {
    this.number = number;
  }

  /** Does the work for 0 to before {@code count} and returns when all is done. */
  void forEach(int count, IntConsumer work) {
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(number, count); i++) {
      threads.add(
          Thread.ofVirtual()
              .name("verify-" + i)
              .start(() -> takeUntilNoneIsLeft(next, count, work)));
    }
    threads.forEach(PackWorkers::join);
    failure
        .get()
        .ifPresent(
            first -> {
              throw first;
            });
  }

  private void takeUntilNoneIsLeft(AtomicInteger next, int count, IntConsumer work) {
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        if (failure.get().isPresent()) {
          return;
        }
        work.accept(i);
      }
    } catch (RuntimeException e) {
      note(e);
    } catch (Error e) {
      note(unexpected(e));
    }
  }

  private void note(RuntimeException e) {
    failure.updateAndGet(first -> first.isPresent() ? first : Optional.of(e));
  }

  private static Failure unexpected(Throwable cause) {
    return new Failure(
        ErrorCode.INTERNAL,
        "a part of the verification failed: " + cause,
        "report this with the log",
        cause);
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
