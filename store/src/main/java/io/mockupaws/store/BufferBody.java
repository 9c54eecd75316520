package io.mockupaws.store;

import java.io.InputStream;
import java.nio.ByteBuffer;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The body of a request read straight from a buffer. The SDK's own ways copy the buffer; ours is
 * the caller's for the length of the call, which is all a synchronous request needs.
 */
final class BufferBody extends InputStream {
  private final ByteBuffer bytes;

  private BufferBody(ByteBuffer bytes) {
    this.bytes = bytes;
    bytes.mark();
  }

  static RequestBody of(ByteBuffer bytes) {
    // Read twice where the signature covers the body: each reader starts anew.
    return RequestBody.fromContentProvider(
        () -> new BufferBody(bytes.duplicate()), bytes.remaining(), "application/octet-stream");
  }

  @Override
  public int read() {
    return bytes.hasRemaining() ? bytes.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (!bytes.hasRemaining()) {
      return -1;
    }
    int count = Math.min(length, bytes.remaining());
    bytes.get(target, offset, count);
    return count;
  }

  @Override
  public int available() {
    return bytes.remaining();
  }

  @Override
  public boolean markSupported() {
    return true;
  }

  @Override
  public synchronized void mark(int limit) {
    bytes.mark();
  }

  @Override
  public synchronized void reset() {
    bytes.reset();
  }
}
