package io.mockupaws.engine.history;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store in whose listings an object comes later than what is behind it. */
final class LateStore extends ForwardingStore {
  private final AtomicInteger looks = new AtomicInteger();
  private volatile Optional<ObjectKey> late = Optional.empty();

  LateStore(Store store) {
    super(store);
  }

  /** The object is in no listing until the store was listed so many times. */
  void late(ObjectKey key, int listings) {
    looks.set(listings);
    late = Optional.of(key);
  }

  private void looked() {
    if (looks.decrementAndGet() < 0) {
      late = Optional.empty();
    }
  }

  private boolean isThere(ObjectInfo object) {
    return late.filter(object.key()::equals).isEmpty();
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
}
