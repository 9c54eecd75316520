package io.mockupaws.engine.thaw;

import io.mockupaws.store.Lying;
import io.mockupaws.store.StorageClasses;
import io.mockupaws.store.Thaw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
     * @param thawed how many can be read
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
    for (Frozen one : frozen) {
      // A request that is under way is made faster by one that is.
      if (!one.thawing() || speed == Thaw.EXPEDITED) {
        ask(one);
      }
    }
    List<Frozen> left = new ArrayList<>(frozen);
    while (true) {
      left.removeIf(this::isReadable);
      if (left.isEmpty()) {
        return true;
      }
      if (!waiting.pause(frozen.size() - left.size(), frozen.size())) {
        return false;
      }
    }
  }

  private void ask(Frozen one) {
    classes(one).ifPresent(classes -> classes.thaw(one.key(), speed, LASTING));
  }

  private static Optional<StorageClasses> classes(Frozen one) {
    return one.store().classes();
  }

  /**
   * One that went meanwhile is not waited for: whoever reads it is told. One that was moved
   * meanwhile, or whose copy has ended, is asked for again.
   */
  private boolean isReadable(Frozen one) {
    Optional<Lying> frozen =
        classes(one).flatMap(classes -> classes.lying(one.key())).filter(Lying::isFrozen);
    frozen.filter(lying -> !lying.thawing()).ifPresent(_ -> ask(one));
    return frozen.isEmpty();
  }
}
