package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Asks and extends again while faults may pass. */
record RetryingLocks(Locks locks, Retry retry) implements Locks {
  @Override
  public Instant until(Instant made) {
    return locks.until(made);
  }

  @Override
  public Optional<Instant> lockedUntil(ObjectKey key) {
    return retry.call(_ -> locks.lockedUntil(key));
  }

  @Override
  public Optional<Instant> lockedUnasked(ObjectKey key) {
    return retry.call(_ -> locks.lockedUnasked(key));
  }

  @Override
  public boolean isLockedAsIfMadeIn(Duration ahead, ObjectKey key) {
    return retry.call(_ -> locks.isLockedAsIfMadeIn(ahead, key));
  }

  @Override
  public void extendAsIfMadeIn(Duration ahead, ObjectKey key) {
    retry.run(() -> locks.extendAsIfMadeIn(ahead, key));
  }

  @Override
  public void prove() {
    retry.run(locks::prove);
  }
}
