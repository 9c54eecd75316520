package io.mockupaws.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;

/** A stream of a store: faults met while reading become {@link StoreException}s. */
final class StoreInputStream extends FilterInputStream {
  private final Function<IOException, StoreException> faults;

  StoreInputStream(InputStream in, Function<IOException, StoreException> faults) {
    super(in);
    this.faults = faults;
  }

  @Override
  public int read() {
    try {
      return in.read();
    } catch (IOException e) {
      throw faults.apply(e);
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    try {
      return in.read(target, offset, length);
    } catch (IOException e) {
      throw faults.apply(e);
    }
  }

  @Override
  public long skip(long count) {
    try {
      return in.skip(count);
    } catch (IOException e) {
      throw faults.apply(e);
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw faults.apply(e);
    }
  }
}
