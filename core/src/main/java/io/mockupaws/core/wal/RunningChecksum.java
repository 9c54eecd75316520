package io.mockupaws.core.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C over parts of buffers of any kind, without allocating for one. */
final class RunningChecksum {
  private static final int SCRATCH = 4096;

  private final CRC32C crc = new CRC32C();
  private byte[] scratch = {};

  void reset() {
    crc.reset();
  }

  /** Takes {@code length} bytes from index {@code at}; the buffer's position and limit stay. */
  void update(ByteBuffer bytes, int at, int length) {
    if (bytes.hasArray()) {
      crc.update(bytes.array(), bytes.arrayOffset() + at, length);
    } else if (bytes.isDirect()) {
      int position = bytes.position();
      int limit = bytes.limit();
      crc.update(bytes.limit(at + length).position(at));
      bytes.limit(limit).position(position);
    } else {
      copied(bytes, at, length);
    }
  }

  /** A read-only buffer on the heap: the JDK would allocate for each call. */
  private void copied(ByteBuffer bytes, int at, int length) {
    if (scratch.length == 0) {
      scratch = new byte[SCRATCH];
    }
    for (int done = 0; done < length; done += SCRATCH) {
      int part = Math.min(SCRATCH, length - done);
      bytes.get(at + done, scratch, 0, part);
      crc.update(scratch, 0, part);
    }
  }

  int value() {
    return (int) crc.getValue();
  }
}
