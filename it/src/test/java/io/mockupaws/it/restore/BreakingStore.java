package io.mockupaws.it.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A store that goes away after so many reads of objects whose key holds a word, and that can have
 * an object come later than what is behind it.
 */
final class BreakingStore extends ForwardingStore {
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
  private volatile String word = "";
  private final AtomicInteger looks = new AtomicInteger();
  private volatile Optional<ObjectKey> late = Optional.empty();

  BreakingStore(Store store) {
    super(store);
  }

  void breakAfter(int reads, String keyPart) {
    word = keyPart;
    left.set(reads);
  }

  /** An object is in no listing until the store was listed so many times. */
  void late(ObjectKey key, int listings) {
    looks.set(listings);
    late = Optional.of(key);
  }

  void heal() {
    left.set(Integer.MAX_VALUE);
    late = Optional.empty();
  }

  /** Every object with its size, but for leases. */
  List<ObjectInfo> listing() {
    List<ObjectInfo> all = new ArrayList<>();
    forEach("", "", all::add);
    all.removeIf(object -> object.key().value().contains("/lease/"));
    return all;
  }

  private boolean isThere(ObjectInfo object) {
    return late.filter(object.key()::equals).isEmpty();
  }

  private void looked() {
    if (late.isPresent() && looks.decrementAndGet() < 0) {
      late = Optional.empty();
    }
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    looked();
    ListPage page = super.list(prefix, startAfter, limit);
    return new ListPage(page.objects().stream().filter(this::isThere).toList(), page.more());
  }

  @Override
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    looked();
    super.forEach(
        prefix,
        startAfter,
        object -> {
          if (isThere(object)) {
            visitor.accept(object);
          }
        });
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
