package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Holds back the bytes of some objects, written and read together. The others pass at once, as if
 * there were no limit.
 */
public final class ThrottledStore implements Store {
  private final Store store;
  private final Throttle throttle;
  private final Predicate<ObjectKey> limited;

  /**
   * Wraps a store; closing the wrapper closes it.
   *
   * @param limited which objects are held back
   */
  public ThrottledStore(Store store, Throttle throttle, Predicate<ObjectKey> limited) {
    this.store = store;
    this.throttle = throttle;
    this.limited = limited;
  }

  private void take(ObjectKey key, long bytes) {
    if (bytes > 0 && limited.test(key)) {
      throttle.take(bytes);
    }
  }

  @Override
  public String address() {
    return store.address();
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    take(key, content.length);
    return store.create(key, content);
  }

  @Override
  public Upload upload(ObjectKey key) {
    Upload upload = store.upload(key);
    return new Upload() {
      @Override
      public void part(ByteBuffer bytes) {
        take(key, bytes.remaining());
        upload.part(bytes);
      }

      @Override
      public CreateOutcome commit() {
        return upload.commit();
      }

      @Override
      public void close() {
        upload.close();
      }
    };
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    InputStream in = store.read(key, offset);
    return limited.test(key) ? new Held(in) : in;
  }

  private final class Held extends FilterInputStream {
    Held(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int got = in.read();
      if (got >= 0) {
        throttle.take(1);
      }
      return got;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int got = in.read(target, offset, length);
      if (got > 0) {
        throttle.take(got);
      }
      return got;
    }
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    byte[] bytes = store.read(key, offset, length);
    take(key, bytes.length);
    return bytes;
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
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    store.forEach(prefix, startAfter, visitor);
  }

  /** A single copy is asked for where another one is not whole: seldom, so it is not held back. */
  @Override
  public List<Member> members() {
    return store.members();
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
    throttle.cancel();
    store.close();
  }
}
