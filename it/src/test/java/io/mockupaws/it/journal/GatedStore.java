package io.mockupaws.it.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.Upload;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A store whose writes can be made to wait, to fail, or to take their time. */
final class GatedStore implements Store {
  private final Store store;
  private volatile boolean blocked;
  private volatile boolean failing;
  private volatile Duration delay = Duration.ZERO;

  GatedStore(Store store) {
    this.store = store;
  }

  void block(boolean now) {
    blocked = now;
  }

  void fail(boolean now) {
    failing = now;
  }

  void delay(Duration time) {
    delay = time;
  }

  /** Leases pass: the test is of slow data, not of a lost lease. */
  private void gate(ObjectKey key) {
    if (key.value().contains("/lease/")) {
      return;
    }
    while (blocked) {
      LockSupport.parkNanos(1_000_000);
    }
    if (!delay.isZero()) {
      LockSupport.parkNanos(delay.toNanos());
    }
    if (failing) {
      throw new StoreException(
          ErrorCode.STORE_UNREACHABLE, "the store is away", "wait", true, null);
    }
  }

  @Override
  public String address() {
    return store.address();
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    gate(key);
    return store.create(key, content);
  }

  @Override
  public Upload upload(ObjectKey key) {
    Upload upload = store.upload(key);
    return new Upload() {
      @Override
      public void part(ByteBuffer bytes) {
        gate(key);
        upload.part(bytes);
      }

      @Override
      public CreateOutcome commit() {
        gate(key);
        return upload.commit();
      }

      @Override
      public void close() {
        upload.close();
      }
    };
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    return store.read(key, offset);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    return store.read(key, offset, length);
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    return store.stat(key);
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    return store.list(prefix, startAfter, limit);
  }

  @Override
  public void delete(ObjectKey key) {
    store.delete(key);
  }

  @Override
  public void probe() {
    store.probe();
  }

  @Override
  public int removeLeftovers(Instant before) {
    return store.removeLeftovers(before);
  }

  @Override
  public int partSize() {
    return store.partSize();
  }

  @Override
  public void close() {
    store.close();
  }
}
