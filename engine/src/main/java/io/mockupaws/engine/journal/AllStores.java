package io.mockupaws.engine.journal;

import io.mockupaws.engine.repository.Standing;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Up to where WAL is in every store. While a store is away, or has not caught up, that is where it
 * was when the last one had everything.
 */
final class AllStores {
  private final Standing standing;
  private Optional<Position> last = Optional.empty();

  AllStores(Standing standing) {
    this.standing = standing;
  }

  /**
   * The position.
   *
   * @param stored what is in one store at least; it is asked before the stores are: what one of
   *     them missed was counted before it was stored
   */
  synchronized Optional<Position> position(Supplier<Optional<Position>> stored) {
    Optional<Position> now = stored.get();
    if (standing.isEverywhere(Standing.Part.JOURNAL)) {
      last = now;
    }
    return last;
  }
}
