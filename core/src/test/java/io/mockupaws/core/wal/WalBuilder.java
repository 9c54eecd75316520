package io.mockupaws.core.wal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes WAL as a server would (src/backend/access/transam/xlog.c, CopyXLogRecordToWAL), with the
 * faults that a test asks for.
 */
final class WalBuilder {
  static final int PAGE = 8192;
  static final long SYSTEM = 7_711_064_484_682_867_638L;

  /** What was written, to be compared with what is read. */
  record Written(
      long start, long end, int rmgr, int info, long xid, long previous, ByteBuffer body) {
    int total() {
      return 24 + body.capacity();
    }
  }

  final int segmentSize;
  final long start;
  final List<Written> records = new ArrayList<>();
  int magic = 0xD110;
  int timeline = 1;
  long system = SYSTEM;
  long previous;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int overwriteOnNextPage;

  WalBuilder(int segmentSize, long start) {
    this.segmentSize = segmentSize;
    this.start = start;
    this.previous = start - 64;
  }

  long position() {
    return start + out.size();
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** Writes a record whose body, behind the header, is given. */
  Written record(int rmgr, int info, long xid, byte[] body) {
    pad();
    pageHeaderIfDue(0);
    long at = position();
    byte[] record = assemble(rmgr, info, xid, body);
    put(record, record.length);
    Written written =
        new Written(at, align(position()), rmgr, info, xid, previous, ByteBuffer.wrap(body));
    records.add(written);
    previous = at;
    pad();
    return written;
  }

  /** A record with main data only. */
  Written data(int rmgr, int info, long xid, byte[] main) {
    return record(rmgr, info, xid, mainData(main));
  }

  /** XLOG_SWITCH: the rest of the segment is zeros, page headers too. */
  Written switchSegment() {
    Written written = record(0, 0x40, 0, new byte[0]);
    long end = align(position(), segmentSize);
    zeros(end - position());
    Written whole =
        new Written(written.start(), end, 0, 0x40, 0, written.previous(), written.body());
    records.set(records.size() - 1, whole);
    return whole;
  }

  /**
   * Breaks a record off at the end of its first page, as a crash does, and writes the record that
   * replaces it; gives the broken record's start.
   */
  long breakOff(byte[] body, long namedStart) {
    pad();
    pageHeaderIfDue(0);
    long at = position();
    byte[] record = assemble(10, 0, 700, body);
    int room = (int) (align(at + 1, PAGE) - at);
    put(record, room);
    overwriteOnNextPage = 0x0008;
    ByteBuffer main = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    main.putLong(namedStart == 0 ? at : namedStart).putLong(0);
    data(0, 0xD0, 0, main.array());
    return at;
  }

  void zeros(long count) {
    out.writeBytes(new byte[(int) count]);
  }

  void raw(byte[] bytes) {
    out.writeBytes(bytes);
  }

  /** Zeros up to the next page. */
  void fillPage() {
    zeros(align(position(), PAGE) - position());
  }

  private byte[] assemble(int rmgr, int info, long xid, byte[] body) {
    ByteBuffer record = ByteBuffer.allocate(24 + body.length).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(record.capacity()).putInt((int) xid).putLong(previous);
    record.put((byte) info).put((byte) rmgr).putShort((short) 0).putInt(0).put(body);
    record.putInt(20, crc(record.array()));
    return record.array();
  }

  static int crc(byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(record, 24, record.length - 24);
    crc.update(record, 0, 20);
    return (int) crc.getValue();
  }

  private void put(byte[] record, int length) {
    int done = 0;
    while (done < length) {
      pageHeaderIfDue(record.length - done);
      int room = (int) (align(position() + 1, PAGE) - position());
      int piece = Math.min(room, length - done);
      out.write(record, done, piece);
      done += piece;
    }
  }

  void pageHeaderIfDue(int remaining) {
    if (position() % PAGE == 0) {
      pageHeader(position(), remaining, (remaining > 0 ? 1 : 0) | overwriteOnNextPage);
      overwriteOnNextPage = 0;
    }
  }

  void pageHeader(long address, int remaining, int flags) {
    boolean first = address % segmentSize == 0;
    ByteBuffer header = ByteBuffer.allocate(first ? 40 : 24).order(ByteOrder.LITTLE_ENDIAN);
    header.putShort((short) magic).putShort((short) (flags | (first ? 2 : 0)));
    header.putInt(timeline).putLong(address).putInt(remaining).putInt(0);
    if (first) {
      header.putLong(system).putInt(segmentSize).putInt(PAGE);
    }
    out.writeBytes(header.array());
  }

  private void pad() {
    zeros(align(position()) - position());
  }

  static long align(long at) {
    return align(at, 8);
  }

  private static long align(long at, long to) {
    return (at + to - 1) / to * to;
  }

  /** A body without block references: a short or a long header and the data. */
  static byte[] mainData(byte[] main) {
    boolean small = main.length < 256;
    ByteBuffer body =
        ByteBuffer.allocate(main.length + (small ? 2 : 5)).order(ByteOrder.LITTLE_ENDIAN);
    if (main.length == 0) {
      return new byte[0];
    }
    if (small) {
      body.put((byte) 255).put((byte) main.length);
    } else {
      body.put((byte) 254).putInt(main.length);
    }
    return body.put(main).array();
  }
}
