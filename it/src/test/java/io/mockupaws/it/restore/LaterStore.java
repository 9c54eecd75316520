package io.mockupaws.it.restore;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A store as who lives later sees it: by a clock that is ahead, and can be moved on. */
final class LaterStore extends ForwardingStore {
  private final Map<ObjectKey, Instant> made = new ConcurrentHashMap<>();
  private Duration ahead;

  LaterStore(Store store, Duration ahead) {
    super(store);
    this.ahead = ahead;
  }

  void pass(Duration time) {
    ahead = ahead.plus(time);
  }

  InstantSource clock() {
    return () -> Instant.now().plus(ahead);
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    CreateOutcome outcome = super.create(key, content);
    if (outcome == CreateOutcome.CREATED) {
      made.put(key, clock().instant());
    }
    return outcome;
  }

  private ObjectInfo at(ObjectInfo object) {
    return new ObjectInfo(
        object.key(), object.size(), made.getOrDefault(object.key(), object.modified()));
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    return super.stat(key).map(this::at);
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    ListPage page = super.list(prefix, startAfter, limit);
    return new ListPage(page.objects().stream().map(this::at).toList(), page.more());
  }

  @Override
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    super.forEach(prefix, startAfter, object -> visitor.accept(at(object)));
  }

  /** The one whose life goes on meanwhile closes it. */
  @Override
  public void close() {}
}
