package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of several stores. After a fault it is away: the others go on without it, and only a thread
 * of its own asks it again, until it answers. What was written meanwhile it has missed.
 */
public final class Member {
  private static final int MOST_CONFLICTS = 1000;

  private final Store store;
  private final Store once;
  private final GroupPolicy policy;
  private final AtomicLong missed = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Optional<StoreException> away = Optional.empty();
  private final Set<ObjectKey> conflicts = new ConcurrentSkipListSet<>();

  /**
   * @param store waits out short faults
   * @param once the same, each call tried once: asks whether it is back
   */
  Member(Store store, Store once, GroupPolicy policy) {
    this.store = store;
    this.once = once;
    this.policy = policy;
  }

  public String address() {
    return store.address();
  }

  /** The store alone. What fails here does not count as being away. */
  public Store store() {
    return store;
  }

  /** The fault since which it is left out; empty when it takes part. */
  public Optional<StoreException> away() {
    return away;
  }

  /**
   * How many writes and deletions it has missed since it was opened, as far as this process knows.
   * Rises before the call that another store did without it returns.
   */
  public long missed() {
    return missed.get();
  }

  /**
   * Asks it alone; a fault of the store counts as being away.
   *
   * @throws StoreException the store's
   */
  public <T> T ask(Function<Store, T> work) {
    try {
      return work.apply(store);
    } catch (StoreException e) {
      if (isOfStore(e)) {
        failed(e);
      }
      throw e;
    }
  }

  void miss() {
    missed.incrementAndGet();
  }

  /**
   * A key under which it was seen to have other bytes than another store. No copying mends that: it
   * stays behind until it is {@link #mended}.
   */
  public Optional<ObjectKey> conflict() {
    return conflicts.stream().findFirst();
  }

  /** All such keys that are known, 1000 at most: beyond that something is wrong with the store. */
  public List<ObjectKey> conflicts() {
    return List.copyOf(conflicts);
  }

  /** It has other bytes under a key than another store. */
  public void differsAt(ObjectKey key) {
    if (conflicts.size() < MOST_CONFLICTS && conflicts.add(key)) {
      miss();
    }
  }

  /** The copies under a key were compared again, and are the same. */
  public void mended(ObjectKey key) {
    conflicts.remove(key);
  }

  /** Whether a fault says something of the store and not of the object. */
  static boolean isOfStore(StoreException fault) {
    return switch (fault.code()) {
      case OBJECT_MISSING, OBJECT_FROZEN, STORE_CLASS, STORE_CONFLICT -> false;
      default -> true;
    };
  }

  /** Leaves it out from now on. */
  synchronized void failed(StoreException fault) {
    if (away.isEmpty() && closed.getCount() > 0) {
      away = Optional.of(fault);
      Thread.ofVirtual().name("store-away").start(this::awaitReturn);
    }
  }

  private void awaitReturn() {
    Duration pause = policy.firstPause();
    try {
      while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        if (answers()) {
          // What others wrote while it was away is not known here.
          miss();
          away = Optional.empty();
          return;
        }
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(policy.longestPause()) < 0 ? twice : policy.longestPause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean answers() {
    try {
      once.list("", "", 1);
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  /** Begins a call in a thread of its own. */
  <T> Call<T> begin(Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread.ofVirtual().name("store-call").start(task);
    return new Call<>(task);
  }

  void close() {
    closed.countDown();
    store.close();
  }

  /** A call under way. One that is given up goes on by itself. */
  final class Call<T> {
    private final FutureTask<T> task;
    private final long begun = System.nanoTime();

    Call(FutureTask<T> task) {
      this.task = task;
    }

    /**
     * The result.
     *
     * @throws StoreException the store's, or that it took too long; the member is away then
     */
    T await(Duration patience) {
      try {
        long left = patience.toNanos() - (System.nanoTime() - begun);
        return task.get(Math.max(1, left), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        StoreException slow = StoreFaults.slow(address(), patience);
        failed(slow);
        throw slow;
      } catch (ExecutionException e) {
        throw thrown(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    private RuntimeException thrown(@Nullable Throwable cause) {
      if (cause instanceof StoreException fault) {
        if (isOfStore(fault)) {
          failed(fault);
        }
        return fault;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }
  }
}
