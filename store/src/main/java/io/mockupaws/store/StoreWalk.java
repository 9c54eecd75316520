package io.mockupaws.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The objects of a store in order, one by one at the caller's pace. A thread of its own visits the
 * store as a whole ({@link Store#forEach}), a few thousand objects ahead.
 */
public final class StoreWalk implements AutoCloseable {
  private static final int BATCH = 1000;
  private static final int BATCHES_AHEAD = 4;
  private static final long LOOK_MILLIS = 100;

  private final Store store;
  private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(BATCHES_AHEAD);
  private final Deque<ObjectInfo> batch = new ArrayDeque<>();
  private boolean ended;
  private volatile boolean closed;

  /**
   * Some objects.
   *
   * @param fault why there are no more behind them
   */
  private record Batch(List<ObjectInfo> objects, boolean last, Optional<RuntimeException> fault) {}

  /** Nobody wants the rest. */
  private static final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Begins behind {@code startAfter} with the keys that start with {@code prefix}. */
  public StoreWalk(Store store, String prefix, String startAfter) {
    this.store = store;
    Thread.ofVirtual().name("store-walk").start(() -> visit(prefix, startAfter));
  }

  private void visit(String prefix, String startAfter) {
    List<ObjectInfo> found = new ArrayList<>();
    try {
      store.forEach(
          prefix,
          startAfter,
          object -> {
            found.add(object);
            if (found.size() == BATCH) {
              hand(new Batch(List.copyOf(found), false, Optional.empty()));
              found.clear();
            }
          });
      hand(new Batch(List.copyOf(found), true, Optional.empty()));
    } catch (Closed e) {
      // The walk has ended.
    } catch (RuntimeException e) {
      handLast(new Batch(List.copyOf(found), true, Optional.of(e)));
    }
  }

  private void handLast(Batch last) {
    try {
      hand(last);
    } catch (Closed e) {
      // The walk has ended.
    }
  }

  private void hand(Batch full) {
    try {
      while (!batches.offer(full, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (closed) {
          throw new Closed();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Closed();
    }
    if (closed) {
      throw new Closed();
    }
  }

  /**
   * The next object, which stays the next one until it is taken; empty at the end.
   *
   * @throws StoreException the store's
   */
  public Optional<ObjectInfo> peek() {
    return peek(GroupCalls.FOREVER);
  }

  /** As above; a store that says nothing for longer counts as unreachable. */
  Optional<ObjectInfo> peek(Duration patience) {
    while (batch.isEmpty() && !ended) {
      Batch next = await(patience);
      batch.addAll(next.objects());
      ended = next.last();
      if (next.fault().isPresent()) {
        throw next.fault().get();
      }
    }
    return Optional.ofNullable(batch.peekFirst());
  }

  private Batch await(Duration patience) {
    try {
      Batch next = batches.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw StoreFaults.slow(store.address(), patience);
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Goes on behind the object that was looked at. */
  public void take() {
    batch.removeFirst();
  }

  /** Ends it, wherever it is. */
  @Override
  public void close() {
    closed = true;
    batches.clear();
  }
}
