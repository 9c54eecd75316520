package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.Stores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A copy of a store at a later time, whose clock can be moved on, and that goes away for good after
 * so many changes of what is not a lease.
 */
final class LaterStore extends ForwardingStore {
  private final Map<ObjectKey, Instant> times;
  private final AtomicInteger changes = new AtomicInteger();
  private Duration ahead;
  private int last = Integer.MAX_VALUE;
  private volatile String broken = "";

  private LaterStore(Store copy, Map<ObjectKey, Instant> times, Duration ahead) {
    super(copy);
    this.times = times;
    this.ahead = ahead;
  }

  static LaterStore of(Store other, Duration ahead) {
    Store copy = Stores.inMemory();
    Map<ObjectKey, Instant> times = new ConcurrentHashMap<>();
    other.forEach(
        "",
        "",
        object -> {
          times.put(object.key(), object.modified());
          copy.create(object.key(), other.read(object.key(), 0, (int) object.size()));
        });
    return new LaterStore(copy, times, ahead);
  }

  /** Everything in it was made then. */
  void made(Instant time) {
    times.replaceAll((_, _) -> time);
  }

  /** An object cannot be read any more. */
  void damage(ObjectKey key) {
    byte[] content = read(key, 0, Integer.MAX_VALUE);
    content[content.length / 2] ^= 1;
    super.delete(key);
    super.create(key, content);
  }

  void pass(Duration time) {
    ahead = ahead.plus(time);
  }

  void goAwayAfter(int more) {
    last = changes.get() + more;
  }

  /**
   * The next call of a kind does not get through.
   *
   * @param call {@code list} or {@code delete}, a space, and what the key or the prefix ends with
   *     or holds
   */
  void failOnce(String call) {
    broken = call;
  }

  private void pass(String call, String key) {
    String[] word = broken.split(" ", -1);
    if (word.length == 2 && word[0].equals(call) && key.contains(word[1])) {
      broken = "";
      throw gone();
    }
  }

  private static StoreException gone() {
    return new StoreException(
        ErrorCode.STORE_UNREACHABLE, "the store is gone", "wait", false, null);
  }

  void comeBack() {
    last = Integer.MAX_VALUE;
  }

  int changes() {
    return changes.get();
  }

  InstantSource clock() {
    return () -> Instant.now().plus(ahead);
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    change(key);
    CreateOutcome outcome = super.create(key, content);
    if (outcome == CreateOutcome.CREATED) {
      times.put(key, clock().instant());
    }
    return outcome;
  }

  @Override
  public void delete(ObjectKey key) {
    change(key);
    pass("delete", key.value());
    super.delete(key);
  }

  private void change(ObjectKey key) {
    if (!key.value().contains("/lease/") && changes.incrementAndGet() > last) {
      throw gone();
    }
  }

  private ObjectInfo at(ObjectInfo object) {
    return new ObjectInfo(
        object.key(), object.size(), times.getOrDefault(object.key(), object.modified()));
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    return super.stat(key).map(this::at);
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    pass("list", prefix);
    ListPage page = super.list(prefix, startAfter, limit);
    return new ListPage(page.objects().stream().map(this::at).toList(), page.more());
  }

  @Override
  public void forEach(String prefix, String after, Consumer<ObjectInfo> visitor) {
    pass("list", prefix);
    super.forEach(prefix, after, object -> visitor.accept(at(object)));
  }
}
