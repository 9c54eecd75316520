package io.mockupaws.core.wal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PgTimestamp;
import io.mockupaws.core.pg.Timeline;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads the fields of a record's main data one after the other, never beyond its end. */
final class Fields {
  private final WalRecord record;
  private final ByteBuffer data;

  Fields(WalRecord record) {
    this.record = record;
    this.data = record.data();
  }

  /** The data from here on, little-endian. */
  ByteBuffer need(int length) {
    if (data.remaining() < length) {
      throw broken("its data ends too early");
    }
    return data;
  }

  int i32() {
    return need(Integer.BYTES).getInt();
  }

  long i64() {
    return need(Long.BYTES).getLong();
  }

  boolean bool() {
    return need(1).get() != 0;
  }

  Lsn lsn() {
    return new Lsn(i64());
  }

  Instant time() {
    return PgTimestamp.toInstant(i64());
  }

  Timeline timeline() {
    int id = i32();
    if (id == 0) {
      throw broken("it names no timeline");
    }
    return new Timeline(id);
  }

  /** Passes over a counted list: its count, then entries of {@code size} bytes. */
  void skipList(int size) {
    int count = i32();
    long length = (long) count * size;
    if (count < 0 || length > data.remaining()) {
      throw broken("a list in it is longer than its data");
    }
    data.position(data.position() + (int) length);
  }

  void skip(int length) {
    need(length).position(data.position() + length);
  }

  /** A text up to its NUL; at most {@code limit} bytes with it. */
  String text(int limit) {
    int start = data.position();
    int end = start;
    int last = Math.min(data.limit(), start + limit);
    while (end < last && data.get(end) != 0) {
      end++;
    }
    if (end == last) {
      throw broken("a text in it has no end");
    }
    byte[] bytes = new byte[end - start];
    data.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  Failure broken(String why) {
    String what = record.hasAllData() ? why : "it is too long to be read whole";
    return new Failure(
        ErrorCode.WAL_DAMAGED,
        "the WAL record at " + record.start() + " cannot be read: " + what,
        "Its checksum is right, so the server wrote it so: report this with the record's bytes.");
  }
}
