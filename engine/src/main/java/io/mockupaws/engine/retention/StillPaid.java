package io.mockupaws.engine.retention;

import io.mockupaws.store.ObjectInfo;
import java.time.Instant;

/**
 * Objects that go before the shortest time of their class of storage is over: they are paid for
 * until then all the same.
 *
 * @param until of the last of them
 */
public record StillPaid(long objects, long bytes, Instant until) {
  /** None. */
  public static final StillPaid NONE = new StillPaid(0, 0, Instant.EPOCH);

  StillPaid and(ObjectInfo object, Instant now) {
    Instant paid =
        object
            .storageClass()
            .map(where -> object.modified().plus(where.minimum()))
            .filter(now::isBefore)
            .orElse(Instant.EPOCH);
    return paid.equals(Instant.EPOCH)
        ? this
        : new StillPaid(objects + 1, bytes + object.size(), paid.isAfter(until) ? paid : until);
  }
}
