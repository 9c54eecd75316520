package io.mockupaws.it.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that goes away after so many reads of objects whose key holds a word. */
final class BreakingStore extends ForwardingStore {
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
  private volatile String word = "";

  BreakingStore(Store store) {
    super(store);
  }

  void breakAfter(int reads, String keyPart) {
    word = keyPart;
    left.set(reads);
  }

  void heal() {
    left.set(Integer.MAX_VALUE);
  }

  /** Every object with its size. */
  List<ObjectInfo> listing() {
    List<ObjectInfo> all = new ArrayList<>();
    forEach("", "", all::add);
    return all;
  }

  private void count(ObjectKey key) {
    if (key.value().contains(word) && left.getAndDecrement() <= 0) {
      throw new StoreException(
          ErrorCode.STORE_UNREACHABLE, "the store is gone", "wait", false, null);
    }
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    count(key);
    return super.read(key, offset);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    count(key);
    return super.read(key, offset, length);
  }
}
