package io.mockupaws.engine.doctor;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.Locks;
import io.mockupaws.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A store in memory that is to lock, and does not when that is tried. */
final class LockingPlace extends ForwardingStore implements Locks {
  private final Optional<ErrorCode> fault;
  private final Optional<Instant> byDefault;

  LockingPlace(Optional<ErrorCode> fault) {
    this(fault, Optional.empty());
  }

  /** Locks what it is given until then, also what is to have no lock. */
  LockingPlace(Optional<ErrorCode> fault, Optional<Instant> byDefault) {
    super(new FaultyPlace());
    this.fault = fault;
    this.byDefault = byDefault;
  }

  @Override
  public Optional<Locks> locks() {
    return Optional.of(this);
  }

  @Override
  public Instant until(Instant made) {
    return made.plus(Duration.ofDays(30));
  }

  @Override
  public Optional<Instant> lockedUntil(ObjectKey key) {
    return Optional.empty();
  }

  @Override
  public Optional<Instant> lockedUnasked(ObjectKey key) {
    return byDefault;
  }

  @Override
  public boolean isLockedAsIfMadeIn(Duration ahead, ObjectKey key) {
    return false;
  }

  @Override
  public void extendAsIfMadeIn(Duration ahead, ObjectKey key) {
    prove();
  }

  @Override
  public void prove() {
    if (fault.isPresent()) {
      throw new StoreException(fault.get(), "it does not lock", "grant it", false, null);
    }
  }
}
