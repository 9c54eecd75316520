package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A store that cannot be reached while the test says so, and counts who asks it for bytes. */
final class LeavingStore extends ForwardingStore {
  private final AtomicLong reads = new AtomicLong();
  private volatile boolean away;

  LeavingStore(Store store) {
    super(store);
  }

  void leave() {
    away = true;
  }

  void comeBack() {
    away = false;
  }

  long reads() {
    return reads.get();
  }

  private void demandHere() {
    if (away) {
      throw new StoreException(
          ErrorCode.STORE_UNREACHABLE, "nobody answers", "wait", /* transientFault= */ true, null);
    }
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    reads.incrementAndGet();
    demandHere();
    return super.read(key, offset, length);
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    demandHere();
    return super.stat(key);
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    demandHere();
    return super.list(prefix, startAfter, limit);
  }

  @Override
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    demandHere();
    super.forEach(prefix, startAfter, visitor);
  }
}
