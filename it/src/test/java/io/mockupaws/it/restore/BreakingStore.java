package io.mockupaws.it.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.Upload;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that goes away after so many reads of objects whose key holds a word. */
final class BreakingStore implements Store {
  private final Store store;
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
  private volatile String word = "";

  BreakingStore(Store store) {
    this.store = store;
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
    ListPage page = store.list("", "", 1000);
    all.addAll(page.objects());
    while (page.more()) {
      page = store.list("", all.getLast().key().value(), 1000);
      all.addAll(page.objects());
    }
    return all;
  }

  private void count(ObjectKey key) {
    if (key.value().contains(word) && left.getAndDecrement() <= 0) {
      throw new StoreException(
          ErrorCode.STORE_UNREACHABLE, "the store is gone", "wait", false, null);
    }
  }

  @Override
  public String address() {
    return store.address();
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    return store.create(key, content);
  }

  @Override
  public Upload upload(ObjectKey key) {
    return store.upload(key);
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    count(key);
    return store.read(key, offset);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    count(key);
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
