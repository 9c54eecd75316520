package io.mockupaws.engine.thaw;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.StorageClasses;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.StoredAs;
import io.mockupaws.store.Thaw;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A bucket whose packs and dumps are written in STANDARD_IA, and which gives nothing out of a
 * frozen class until it was thawed.
 */
public final class ColdBucket extends ForwardingStore implements StorageClasses {
  private final InstantSource clock;
  private final Duration thawTakes;
  private final Map<ObjectKey, StorageClass> cold = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Instant> moved = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Instant> asked = new ConcurrentHashMap<>();
  private final List<Thaw> speeds = new ArrayList<>();
  private volatile boolean withoutClasses;
  private volatile boolean failing;
  private volatile long more;
  private volatile Instant end = Instant.MAX;

  /**
   * A bucket.
   *
   * @param thawTakes until an object that was asked for can be read
   */
  public ColdBucket(Store store, InstantSource clock, Duration thawTakes) {
    super(store);
    this.clock = clock;
    this.thawTakes = thawTakes;
  }

  /** From now on every pack seems to have a MiB more: small ones are not worth a move. */
  public void inflate() {
    more = 1 << 20;
  }

  /** From now on it refuses every move. */
  public void forgetClasses() {
    withoutClasses = true;
  }

  /** All thawed copies end then. */
  public void copiesEnd(Instant time) {
    end = time;
  }

  /** A thawed copy is gone, or its request. */
  public void forget(ObjectKey key) {
    asked.remove(key);
  }

  /** From now on it lists nothing. */
  public void fail() {
    failing = true;
  }

  /** Puts an object into a class. */
  public void put(ObjectKey key, StorageClass where) {
    cold.put(key, where);
  }

  /** How often objects were asked to be thawed, and how fast. */
  public synchronized List<Thaw> thaws() {
    return List.copyOf(speeds);
  }

  /** Where an object lies. */
  public StorageClass at(ObjectKey key) {
    boolean large = key.value().contains("/packs/") || key.value().endsWith(".enc");
    return cold.getOrDefault(key, large ? StorageClass.STANDARD_IA : StorageClass.STANDARD);
  }

  private boolean isThawed(ObjectKey key) {
    Instant since = asked.get(key);
    return since != null && !since.plus(thawTakes).isAfter(clock.instant());
  }

  private void demandReadable(ObjectKey key) {
    if (at(key).isFrozen() && !isThawed(key)) {
      throw new StoreException(
          ErrorCode.OBJECT_FROZEN, key + " lies in " + at(key), "thaw it", false, null);
    }
  }

  private ObjectInfo with(ObjectInfo object) {
    return new ObjectInfo(
        object.key(),
        object.size() + (object.key().value().contains("/packs/") ? more : 0),
        moved.getOrDefault(object.key(), object.modified()),
        Optional.of(at(object.key())));
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    demandReadable(key);
    return super.read(key, offset);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    demandReadable(key);
    return super.read(key, offset, length);
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    return super.stat(key).map(this::with);
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    ListPage page = super.list(prefix, startAfter, limit);
    return new ListPage(page.objects().stream().map(this::with).toList(), page.more());
  }

  @Override
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    if (failing) {
      throw new StoreException(ErrorCode.STORE_UNREACHABLE, "gone", "wait", true, null);
    }
    super.forEach(prefix, startAfter, object -> visitor.accept(with(object)));
  }

  @Override
  public Optional<StorageClasses> classes() {
    return Optional.of(this);
  }

  @Override
  public boolean moves() {
    return true;
  }

  @Override
  public Optional<StoredAs> storedAs(ObjectKey key) {
    return super.stat(key)
        .map(
            object ->
                new StoredAs(
                    Optional.of(at(key)),
                    object.size(),
                    at(key).name(),
                    asked.containsKey(key) && !isThawed(key),
                    isThawed(key) ? Optional.of(end) : Optional.empty()));
  }

  @Override
  public boolean move(ObjectKey key, StoredAs from, StorageClass to) {
    demandReadable(key);
    if (withoutClasses) {
      throw new StoreException(
          ErrorCode.STORE_CLASS, "no class " + to, "write storage-class=STANDARD", false, null);
    }
    if (!from.version().equals(at(key).name())) {
      return false;
    }
    cold.put(key, to);
    moved.put(key, clock.instant());
    asked.remove(key);
    return true;
  }

  @Override
  public synchronized void thaw(ObjectKey key, Thaw speed, Duration lasting) {
    asked.putIfAbsent(key, clock.instant());
    speeds.add(speed);
  }
}
