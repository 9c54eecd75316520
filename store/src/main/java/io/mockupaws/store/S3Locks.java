package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Object lock in a bucket. Nothing is believed to be locked that was not read back as such: some
 * servers take the headers and do nothing with them.
 */
final class S3Locks implements Locks {
  /** Longer than clocks differ that S3 lets in at all: the moment has to lie ahead there too. */
  private static final Duration SHORTEST = Duration.ofMinutes(20);

  private static final String READING = "s3:GetObjectRetention";

  /** What a bucket without object lock says, of an object and of itself. */
  private static final Set<String> NONE =
      Set.of(
          "NoSuchObjectLockConfiguration",
          "ObjectLockConfigurationNotFoundError",
          "InvalidRequest",
          "NotImplemented");

  /** There is no object, or it was removed and only earlier versions of it are there. */
  private static final Set<String> MISSING =
      Set.of("NoSuchKey", "NoSuchVersion", "MethodNotAllowed");

  private final StoreAddress.Bucket address;
  private final S3Connection connection;
  private final S3Faults faults;
  private final InstantSource clock;
  private final ObjectLock lock;
  private final S3Store store;

  S3Locks(
      S3Store store,
      StoreAddress.Bucket address,
      S3Connection connection,
      InstantSource clock,
      ObjectLock lock) {
    this.store = store;
    this.address = address;
    this.connection = connection;
    this.faults = new S3Faults(address.bucket(), connection.server());
    this.clock = clock;
    this.lock = lock;
  }

  /** The lock that an object is to get when it is made now; empty where its kind gets none. */
  Optional<LockRequest> request(ObjectKey key) {
    return ObjectLock.appliesTo(key)
        ? Optional.of(new LockRequest(lock.mode(), until(clock.instant())))
        : Optional.empty();
  }

  @Override
  public Instant until(Instant made) {
    return lock.until(made);
  }

  @Override
  public Optional<Instant> lockedUntil(ObjectKey key) {
    return ObjectLock.appliesTo(key)
        ? read(key).map(ObjectLockRetention::retainUntilDate)
        : Optional.empty();
  }

  @Override
  public Optional<Instant> lockedUnasked(ObjectKey key) {
    return ObjectLock.appliesTo(key)
        ? Optional.empty()
        : read(key).map(ObjectLockRetention::retainUntilDate);
  }

  private Optional<ObjectLockRetention> read(ObjectKey key) {
    try {
      return Optional.ofNullable(
              connection
                  .client()
                  .getObjectRetention(
                      request ->
                          request
                              .overrideConfiguration(connection.limit(0))
                              .bucket(address.bucket())
                              .key(store.name(key)))
                  .retention())
          .filter(retention -> retention.retainUntilDate() != null);
    } catch (S3Exception e) {
      if (NONE.contains(S3Faults.code(e)) || MISSING.contains(S3Faults.code(e))) {
        return Optional.empty();
      }
      throw faults.of("read the lock of " + key, READING, e);
    } catch (RuntimeException e) {
      throw faults.of("read the lock of " + key, READING, e);
    }
  }

  /**
   * Sees to it that an object has its lock, once it is there. One that we have made without getting
   * it goes again, so that nobody finds it and takes it for safe.
   */
  void settle(ObjectKey key, LockRequest request, CreateOutcome outcome) {
    switch (outcome) {
      case CREATED -> {
        if (!request.isKeptBy(read(key))) {
          store.delete(key);
          throw notLocked("did not lock " + key + " until " + request.until(), null);
        }
      }
      // Made by another, before the bucket's address said to lock, or by a try without an answer.
      case EXISTS -> lockUntil(key, request.until());
    }
  }

  @Override
  public boolean isLockedAsIfMadeIn(Duration ahead, ObjectKey key) {
    Instant until = until(clock.instant().plus(ahead));
    return lockedUntil(key).filter(there -> !there.isBefore(until)).isPresent();
  }

  @Override
  public void extendAsIfMadeIn(Duration ahead, ObjectKey key) {
    lockUntil(key, until(clock.instant().plus(ahead)));
  }

  private void lockUntil(ObjectKey key, Instant until) {
    Optional<ObjectLockRetention> there = read(key);
    if (there.filter(one -> !one.retainUntilDate().isBefore(until)).isPresent()) {
      return;
    }
    // A lock cannot become a weaker one, nor without a right that nobody else needs a stronger one.
    LockRequest request =
        new LockRequest(there.map(LockRequest::modeOf).orElse(lock.mode()), until);
    try {
      connection
          .client()
          .putObjectRetention(
              put ->
                  put.overrideConfiguration(connection.limit(0))
                      .bucket(address.bucket())
                      .key(store.name(key))
                      .retention(request.retention()));
    } catch (S3Exception e) {
      if (NONE.contains(S3Faults.code(e))) {
        throw notLocked("does not lock " + key + ": " + S3Faults.said(e), e);
      }
      if (MISSING.contains(S3Faults.code(e))) {
        throw StoreFaults.missing(key, address.text());
      }
      throw faults.of("lock " + key, LockRequest.RIGHT, e);
    } catch (RuntimeException e) {
      throw faults.of("lock " + key, LockRequest.RIGHT, e);
    }
    if (!request.isKeptBy(read(key))) {
      throw notLocked("did not lock " + key + " until " + request.until(), null);
    }
  }

  @Override
  public void prove() {
    ObjectKey key = Probe.newKey();
    Instant until = Instant.ofEpochSecond(clock.instant().plus(SHORTEST).getEpochSecond());
    LockRequest request = new LockRequest(lock.mode(), until);
    store.put(key, ByteBuffer.wrap(new byte[] {1}), Optional.of(request));
    store.delete(key);
  }

  /** The fault of a creation by which the bucket refused the lock; empty for any other one. */
  Optional<StoreException> refused(ObjectKey key, S3Exception e) {
    return NONE.contains(S3Faults.code(e))
        ? Optional.of(notLocked("does not lock " + key + ": " + S3Faults.said(e), e))
        : Optional.empty();
  }

  private StoreException notLocked(String what, @Nullable Throwable e) {
    return StoreFaults.notLocked(address, connection.server(), what, e);
  }
}
