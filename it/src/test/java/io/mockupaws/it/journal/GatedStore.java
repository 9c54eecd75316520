package io.mockupaws.it.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ForwardingUpload;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.Upload;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A store whose writes can be made to wait, to fail, or to take their time. */
final class GatedStore extends ForwardingStore {
  private volatile boolean blocked;
  private volatile boolean failing;
  private volatile Duration delay = Duration.ZERO;

  GatedStore(Store store) {
    super(store);
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
  public CreateOutcome create(ObjectKey key, byte[] content) {
    gate(key);
    return super.create(key, content);
  }

  @Override
  public Upload upload(ObjectKey key) {
    return new ForwardingUpload(super.upload(key)) {
      @Override
      public void part(ByteBuffer bytes) {
        gate(key);
        super.part(bytes);
      }

      @Override
      public CreateOutcome commit() {
        gate(key);
        return super.commit();
      }
    };
  }
}
