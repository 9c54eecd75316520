package io.mockupaws.engine.retention;

import java.time.Instant;
import java.util.Optional;

/**
 * Objects that no rule keeps, and that stay for their locks.
 *
 * @param until when the last one's lock is over
 */
public record StillLocked(long objects, long bytes, Optional<Instant> until) {
  /** None. */
  public static final StillLocked NONE = new StillLocked(0, 0, Optional.empty());

  /** With one more. */
  StillLocked and(long size, Instant locked) {
    return plus(new StillLocked(1, size, Optional.of(locked)));
  }

  /** Both. */
  public StillLocked plus(StillLocked other) {
    return new StillLocked(
        objects + other.objects,
        bytes + other.bytes,
        until.map(one -> later(one, other.until.orElse(one))).or(other::until));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
