package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Predicate;

/**
 * Holds back the bytes of some objects, written and read together. The others pass at once, as if
 * there were no limit, and so does a single copy: it is asked for where another one is not whole.
 */
public final class ThrottledStore extends ForwardingStore {
  private final Store store;
  private final Throttle throttle;
  private final Predicate<ObjectKey> limited;

  /**
   * Wraps a store; closing the wrapper closes it.
   *
   * @param limited which objects are held back
   */
  public ThrottledStore(Store store, Throttle throttle, Predicate<ObjectKey> limited) {
    super(store);
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
  public Store patient() {
    return new ThrottledStore(store.patient(), throttle, limited);
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    take(key, content.length);
    return super.create(key, content);
  }

  @Override
  public Upload upload(ObjectKey key) {
    return new ForwardingUpload(super.upload(key)) {
      @Override
      public void part(ByteBuffer bytes) {
        take(key, bytes.remaining());
        super.part(bytes);
      }
    };
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    InputStream in = super.read(key, offset);
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
    byte[] bytes = super.read(key, offset, length);
    take(key, bytes.length);
    return bytes;
  }

  @Override
  public void close() {
    throttle.cancel();
    super.close();
  }
}
