package io.mockupaws.engine.retention;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ForwardingUpload;
import io.mockupaws.store.Locks;
import io.mockupaws.store.ObjectLock;
import io.mockupaws.store.Store;
import io.mockupaws.store.Upload;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Locks as a bucket of S3 does: what is removed while it is locked is merely hidden, and the answer
 * is the same.
 */
final class LockedStore extends ForwardingStore implements Locks {
  private final ObjectLock lock;
  private final InstantSource clock;
  private final Map<ObjectKey, Instant> locked = new ConcurrentHashMap<>();
  private final List<ObjectKey> hidden = new ArrayList<>();
  private int questions;

  LockedStore(Store store, int days, InstantSource clock) {
    super(store);
    this.lock = new ObjectLock(days, ObjectLock.Mode.GOVERNANCE);
    this.clock = clock;
  }

  /** What was removed before its time. */
  synchronized List<ObjectKey> hidden() {
    return List.copyOf(hidden);
  }

  /** As an operator does by hand. */
  void lockUntil(ObjectKey key, Instant until) {
    locked.put(key, until);
  }

  /** How often anybody asked or extended. */
  synchronized int questions() {
    return questions;
  }

  private synchronized void asked() {
    questions++;
  }

  private CreateOutcome made(ObjectKey key, CreateOutcome outcome) {
    if (outcome == CreateOutcome.CREATED && ObjectLock.appliesTo(key)) {
      locked.put(key, until(clock.instant()));
    }
    return outcome;
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    return made(key, super.create(key, content));
  }

  @Override
  public Upload upload(ObjectKey key) {
    return new ForwardingUpload(super.upload(key)) {
      @Override
      public CreateOutcome commit() {
        return made(key, super.commit());
      }
    };
  }

  @Override
  public void delete(ObjectKey key) {
    if (stat(key).isPresent() && isLocked(key)) {
      synchronized (this) {
        hidden.add(key);
      }
    }
    super.delete(key);
  }

  private boolean isLocked(ObjectKey key) {
    Instant until = locked.get(key);
    return until != null && until.isAfter(clock.instant());
  }

  @Override
  public Optional<Locks> locks() {
    return Optional.of(this);
  }

  @Override
  public Instant until(Instant made) {
    return lock.until(made);
  }

  @Override
  public Optional<Instant> lockedUntil(ObjectKey key) {
    asked();
    return Optional.ofNullable(locked.get(key));
  }

  @Override
  public Optional<Instant> lockedUnasked(ObjectKey key) {
    return Optional.empty();
  }

  @Override
  public boolean isLockedAsIfMadeIn(Duration ahead, ObjectKey key) {
    return lockedUntil(key)
        .filter(until -> !until.isBefore(until(clock.instant().plus(ahead))))
        .isPresent();
  }

  @Override
  public void extendAsIfMadeIn(Duration ahead, ObjectKey key) {
    asked();
    Instant until = until(clock.instant().plus(ahead));
    locked.merge(key, until, (one, other) -> one.isAfter(other) ? one : other);
  }

  @Override
  public void prove() {
    // Nobody doubts it.
  }
}
