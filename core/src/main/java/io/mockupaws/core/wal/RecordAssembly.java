package io.mockupaws.core.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Puts a record together that came in pieces. The checksum runs along with the bytes, so that of a
 * very long record only the beginning is kept.
 */
final class RecordAssembly {
  private static final int FIRST_CAPACITY = 16 * 1024;

  /** A larger buffer goes back to the heap once its record is done. */
  private static final int RETAINED_CAPACITY = 1 << 20;

  private final int limit;
  private final RunningChecksum crc = new RunningChecksum();
  private ByteBuffer kept = allocate(FIRST_CAPACITY);
  private long start;
  private int got;

  /**
   * @param limit the most bytes of one record that are kept
   */
  RecordAssembly(int limit) {
    this.limit = limit;
  }

  void begin(long start) {
    this.start = start;
    got = 0;
    kept.clear();
    if (kept.capacity() > RETAINED_CAPACITY) {
      kept = allocate(FIRST_CAPACITY);
    }
    crc.reset();
  }

  long start() {
    return start;
  }

  /** Bytes of the record that came so far. */
  int got() {
    return got;
  }

  /** The record's length; valid once four bytes have come. */
  int total() {
    return kept.getInt(0);
  }

  /** Bytes up to the next point at which something can be said about the record. */
  int wanted() {
    if (got < Integer.BYTES) {
      return Integer.BYTES - got;
    }
    return (got < WalRecord.HEADER_SIZE ? WalRecord.HEADER_SIZE : total()) - got;
  }

  /** Takes {@code length} bytes, which do not reach beyond {@link #wanted}. */
  void take(ByteBuffer in, int length) {
    int from = in.position();
    int keep = Math.min(length, limit - kept.position());
    if (keep > 0) {
      room(keep);
      kept.put(kept.position(), in, from, keep);
      kept.position(kept.position() + keep);
    }
    if (got >= WalRecord.HEADER_SIZE) {
      crc.update(in, from, length);
    }
    in.position(from + length);
    got += length;
  }

  private void room(int more) {
    if (kept.remaining() >= more) {
      return;
    }
    long doubled = Math.max(2L * kept.capacity(), (long) kept.position() + more);
    ByteBuffer larger = allocate((int) Math.min(doubled, limit));
    kept.flip();
    kept = larger.put(kept);
  }

  private static ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The checksum of the whole record: its body, then its header up to the stored checksum. */
  int checksum() {
    crc.update(kept, 0, WalChecksum.HEADER_PART);
    return crc.value();
  }

  /** The record's first bytes, from index 0. */
  ByteBuffer kept() {
    return kept;
  }

  int keptBytes() {
    return kept.position();
  }
}
