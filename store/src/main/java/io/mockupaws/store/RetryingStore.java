package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Makes a call again when its fault may pass: with growing, scattered waits, bounded by a {@link
 * RetryPolicy}, ended at once by {@link #close()}.
 *
 * <p>A creation whose answer was lost finds its own object at the second try. It is recognized by
 * its bytes and reported as created, so that nobody takes it for another's.
 */
public final class RetryingStore implements Store {
  private final Store store;
  private final Retry retry;

  /** Wraps a store; closing the wrapper closes it. */
  public static Store of(Store store, RetryPolicy policy, RetryListener listener) {
    return of(store, policy, listener, new SecureRandom());
  }

  /** As above, with the source of the scatter of waits. */
  public static Store of(
      Store store, RetryPolicy policy, RetryListener listener, RandomGenerator random) {
    return new RetryingStore(
        store, new Retry(store.address(), policy, listener, random, Pace.real()));
  }

  RetryingStore(Store store, Retry retry) {
    this.store = store;
    this.retry = retry;
  }

  @Override
  public String address() {
    return store.address();
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    return retry.call(
        again -> {
          CreateOutcome outcome = store.create(key, content);
          return again && outcome == CreateOutcome.EXISTS && holds(key, content)
              ? CreateOutcome.CREATED
              : outcome;
        });
  }

  private boolean holds(ObjectKey key, byte[] content) {
    Optional<ObjectInfo> info = store.stat(key);
    return info.isPresent()
        && info.get().size() == content.length
        && Arrays.equals(store.read(key, 0, content.length), content);
  }

  @Override
  public Upload upload(ObjectKey key) {
    return new RetryingUpload(this, key, retry.call(_ -> store.upload(key)), retry);
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    Ranges.check(offset);
    return new ResumingStream(
        retry, at -> store.read(key, at), offset, retry.call(_ -> store.read(key, offset)));
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    return retry.call(_ -> store.read(key, offset, length));
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    return retry.call(_ -> store.stat(key));
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    return retry.call(_ -> store.list(prefix, startAfter, limit));
  }

  @Override
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    AtomicReference<String> last = new AtomicReference<>(startAfter);
    retry.run(
        () ->
            store.forEach(
                prefix,
                last.get(),
                object -> {
                  last.set(object.key().value());
                  visitor.accept(object);
                }));
  }

  @Override
  public void delete(ObjectKey key) {
    retry.run(() -> store.delete(key));
  }

  @Override
  public void probe() {
    retry.run(store::probe);
  }

  @Override
  public int removeLeftovers(Instant before) {
    return retry.call(_ -> store.removeLeftovers(before));
  }

  @Override
  public Store patient() {
    return new RetryingStore(store, retry.with(RetryPolicy.patient()));
  }

  @Override
  public List<Member> members() {
    return store.members();
  }

  @Override
  public Optional<Locks> locks() {
    return store.locks().map(locks -> new RetryingLocks(locks, retry));
  }

  @Override
  public Optional<StorageClasses> classes() {
    return store.classes().map(classes -> new RetryingClasses(classes, retry));
  }

  @Override
  public int partSize() {
    return store.partSize();
  }

  @Override
  public void close() {
    retry.cancel();
    store.close();
  }
}
