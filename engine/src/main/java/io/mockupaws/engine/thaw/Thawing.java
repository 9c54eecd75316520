package io.mockupaws.engine.thaw;

import io.mockupaws.engine.repository.AtOnce;
import io.mockupaws.store.StorageClasses;
import io.mockupaws.store.StoredAs;
import io.mockupaws.store.Thaw;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;

/**
 * Asks for copies of frozen objects that can be read, and waits for them. Which were asked for is
 * known to the store alone: broken off and begun again, it goes on waiting for the same.
 */
public final class Thawing {
  /** Long enough for a restore that begins when the last one is there, and is begun once more. */
  private static final Duration LASTING = Duration.ofDays(7);

  private final Thaw speed;
  private final Waiting waiting;

  /** What happens between two looks. */
  public interface Waiting {
    /**
     * Waits a while.
     *
     * @param thawed how many can be read at least
     * @return false to end it here
     */
    boolean pause(long thawed, long of);
  }

  /** Thaws at a speed. */
  public Thawing(Thaw speed, Waiting waiting) {
    this.speed = speed;
    this.waiting = waiting;
  }

  /**
   * Thaws, and returns when all can be read.
   *
   * @return false when it was ended before; what was asked for is being thawed all the same
   * @throws io.mockupaws.store.StoreException the store's
   */
  public boolean run(Collection<Frozen> frozen) {
    // A request that is under way is made faster by one that is.
    AtOnce.of(
        frozen.stream().filter(one -> !one.thawing() || speed == Thaw.EXPEDITED).toList(),
        this::ask);
    Deque<Frozen> left = new ArrayDeque<>(frozen);
    while (true) {
      // One after the other: while one is waited for, nothing is learnt of those behind it.
      while (!left.isEmpty() && isReadable(left.getFirst())) {
        left.removeFirst();
      }
      if (left.isEmpty()) {
        return true;
      }
      if (!waiting.pause(frozen.size() - left.size(), frozen.size())) {
        return false;
      }
    }
  }

  private Frozen ask(Frozen one) {
    classes(one).ifPresent(classes -> classes.thaw(one.key(), speed, LASTING));
    return one;
  }

  private static Optional<StorageClasses> classes(Frozen one) {
    return one.store().classes();
  }

  /**
   * One that went meanwhile is not waited for: whoever reads it is told. One that was moved
   * meanwhile, or whose copy has ended, is asked for again.
   */
  private boolean isReadable(Frozen one) {
    Optional<StoredAs> frozen =
        classes(one).flatMap(classes -> classes.storedAs(one.key())).filter(StoredAs::isFrozen);
    frozen.filter(stored -> !stored.thawing()).ifPresent(_ -> ask(one));
    return frozen.isEmpty();
  }
}
