package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A bounded number of virtual threads that take items from one source. The first failure ends the
 * others at their next item and is thrown to the caller once all have ended.
 */
final class Workers {
  private final int number;
  private final Cancel cancel;
  private final AtomicReference<Optional<Throwable>> failure =
      new AtomicReference<>(Optional.empty());

  /**
   * Workers.
   *
   * @param number how many items are worked on at once
   */
  Workers(int number, Cancel cancel) {
    this.number = number;
    this.cancel = cancel;
  }

  /** Works on every item and returns when all are done. */
  <T> void forEach(Iterator<T> items, Consumer<T> work) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      threads.add(
          Thread.ofVirtual().name("restore-" + i).start(() -> takeUntilNoneIsLeft(items, work)));
    }
    threads.forEach(Workers::join);
    failure.get().ifPresent(Workers::rethrow);
  }

  /**
   * Goes on, or not: to be called between the buffers of a long item.
   *
   * @throws Failure when the end was asked for or another worker has failed
   */
  void check() {
    cancel.check();
    if (failure.get().isPresent()) {
      throw new OtherFailed();
    }
  }

  private <T> void takeUntilNoneIsLeft(Iterator<T> items, Consumer<T> work) {
    try {
      while (true) {
        check();
        T item;
        synchronized (items) {
          if (!items.hasNext()) {
            return;
          }
          item = items.next();
        }
        work.accept(item);
      }
    } catch (Throwable e) {
      failure.compareAndSet(failure.get(), failure.get().or(() -> Optional.of(e)));
    }
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

  private static void rethrow(Throwable cause) {
    if (cause instanceof Failure known) {
      throw known;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw new Failure(
        ErrorCode.INTERNAL,
        "a part of the restore failed: " + cause,
        "report this with the log",
        cause);
  }

  /** Ends a worker after another one's failure; never seen outside. */
  private static final class OtherFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
