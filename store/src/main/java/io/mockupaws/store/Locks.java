package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The locks of a store that locks what it is given: {@link ObjectLock#appliesTo} says which
 * objects. An object that it made is locked when the call that made it returns, which was read back
 * from the store. Removing a locked object hides it and frees nothing, and the store's answer tells
 * no difference: who wants it to stay asks before.
 */
public interface Locks {
  /** Until when an object that is made then is locked. */
  Instant until(Instant made);

  /**
   * Until when an object is locked, of several copies the one that is so the longest. Empty where
   * it is not, where it never is by its kind, and where there is none.
   */
  Optional<Instant> lockedUntil(ObjectKey key);

  /**
   * Until when an object is locked that was made without a lock, as its kind is: by a default of
   * the bucket's. Empty where the bucket has none.
   */
  Optional<Instant> lockedUnasked(ObjectKey key);

  /** Whether it is locked, each copy of it, as long as if it were made so long from now. */
  boolean isLockedAsIfMadeIn(Duration ahead, ObjectKey key);

  /**
   * Locks an object as long as if it were made so long from now; one that is locked longer stays
   * so.
   *
   * @throws StoreException OBJECT_MISSING; STORE_NOT_LOCKED where the store does not do it
   */
  void extendAsIfMadeIn(Duration ahead, ObjectKey key);

  /**
   * Tries it on a small object that is locked for the shortest time, and removed again as far as
   * that goes.
   *
   * @throws StoreException STORE_NOT_LOCKED, STORE_DENIED with the right that is lacking
   */
  void prove();
}
