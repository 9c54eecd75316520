package io.mockupaws.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;

/** A stream that is opened again where it broke. Each byte read renews the patience. */
final class ResumingStream extends InputStream {
  private final Retry retry;
  private final LongFunction<InputStream> opener;
  private InputStream in;
  private boolean broken;
  private long position;
  private Retry.Patience patience;

  /**
   * @param opener opens the stream at a byte of the object
   * @param position where {@code in} stands
   */
  ResumingStream(Retry retry, LongFunction<InputStream> opener, long position, InputStream in) {
    this.retry = retry;
    this.opener = opener;
    this.position = position;
    this.in = in;
    this.patience = retry.patience();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    for (; ; ) {
      try {
        if (broken) {
          in = opener.apply(position);
          broken = false;
        }
        int count = in.read(target, offset, length);
        if (count > 0) {
          position += count;
          patience = retry.patience();
        }
        return count;
      } catch (StoreException e) {
        drop(e);
        broken = true;
        spend(e);
      }
    }
  }

  private void spend(StoreException fault) {
    try {
      patience.spend(fault);
    } catch (StoreException e) {
      // A reader that asks again all the same must not take the break for the end.
      patience = retry.patience();
      throw e;
    }
  }

  private void drop(StoreException fault) throws IOException {
    try {
      in.close();
    } catch (StoreException e) {
      fault.addSuppressed(e);
    } finally {
      in = InputStream.nullInputStream();
    }
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
