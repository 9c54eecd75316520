package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A store seen together with a place that takes what is written: the store itself is only read.
 * What is removed of it is merely not seen any more.
 */
public final class OverlayStore extends ForwardingStore {
  private final Store base;
  private final Store own;
  private final Set<ObjectKey> hidden = ConcurrentHashMap.newKeySet();

  /**
   * Lays one over the other. Closing it closes neither.
   *
   * @param own empty; takes what is written
   */
  public OverlayStore(Store base, Store own) {
    super(base);
    this.base = base;
    this.own = own;
  }

  /** Forgets everything that was written and removed. */
  public void reset() {
    List<ObjectKey> all = new ArrayList<>();
    own.forEach("", "", object -> all.add(object.key()));
    all.forEach(own::delete);
    hidden.clear();
  }

  private boolean isBelow(ObjectKey key) {
    return !hidden.contains(key) && base.stat(key).isPresent();
  }

  private Store holder(ObjectKey key) {
    return hidden.contains(key) || own.stat(key).isPresent() ? own : base;
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    return isBelow(key) ? CreateOutcome.EXISTS : own.create(key, content);
  }

  @Override
  public Upload upload(ObjectKey key) {
    return new ForwardingUpload(own.upload(key)) {
      @Override
      public CreateOutcome commit() {
        return isBelow(key) ? CreateOutcome.EXISTS : super.commit();
      }
    };
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    return holder(key).read(key, offset);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    return holder(key).read(key, offset, length);
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    return own.stat(key).or(() -> hidden.contains(key) ? Optional.empty() : base.stat(key));
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    String after = startAfter;
    while (true) {
      ListPage below = base.list(prefix, after, limit);
      ListPage above = own.list(prefix, after, limit);
      // Behind the shorter page's end nothing is known yet of the one that has more.
      String known = "";
      for (ListPage page : List.of(below, above)) {
        String last = page.more() ? page.objects().getLast().key().value() : "";
        known = known.isEmpty() || (!last.isEmpty() && last.compareTo(known) < 0) ? last : known;
      }
      TreeMap<String, ObjectInfo> seen = new TreeMap<>();
      below.objects().stream()
          .filter(object -> !hidden.contains(object.key()))
          .forEach(object -> seen.put(object.key().value(), object));
      above.objects().forEach(object -> seen.put(object.key().value(), object));
      String end = known;
      List<ObjectInfo> page =
          seen.values().stream()
              .filter(object -> end.isEmpty() || object.key().value().compareTo(end) <= 0)
              .toList();
      boolean more = !end.isEmpty() || page.size() > limit;
      if (!page.isEmpty() || !more) {
        return new ListPage(page.subList(0, Math.min(limit, page.size())), more);
      }
      after = end;
    }
  }

  @Override
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    try (StoreWalk above = new StoreWalk(own, prefix, startAfter)) {
      base.forEach(
          prefix,
          startAfter,
          object -> {
            visitUpTo(above, object.key().value(), visitor);
            boolean again =
                above.peek().filter(next -> next.key().equals(object.key())).isPresent();
            if (!again && !hidden.contains(object.key())) {
              visitor.accept(object);
            }
          });
      for (Optional<ObjectInfo> next = above.peek(); next.isPresent(); next = above.peek()) {
        above.take();
        visitor.accept(next.get());
      }
    }
  }

  private static void visitUpTo(StoreWalk above, String key, Consumer<ObjectInfo> visitor) {
    Optional<ObjectInfo> next = above.peek();
    while (next.filter(object -> object.key().value().compareTo(key) < 0).isPresent()) {
      above.take();
      visitor.accept(next.get());
      next = above.peek();
    }
  }

  @Override
  public void delete(ObjectKey key) {
    hidden.add(key);
    own.delete(key);
  }

  @Override
  public void probe() {
    own.probe();
  }

  /** What is written to it is for the moment, and what lies below is not touched. */
  @Override
  public Optional<Locks> locks() {
    return Optional.empty();
  }

  @Override
  public int partSize() {
    return own.partSize();
  }

  @Override
  public void close() {
    // Both belong to whoever laid one over the other.
  }
}
