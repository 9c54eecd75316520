package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PgTimestamp;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** WAL of timeline 1 in memory, with right page headers, chain and checksums, that grows. */
final class MadeWal {
  static final int SEGMENT = 1 << 20;
  static final long SYSTEM = 7_711_064_484_682_867_638L;

  private static final int PAGE = 8192;
  private static final int TRANSACTION = 1;
  private static final int LOGICAL_MESSAGE = 21;
  private static final int COMMIT = 0x00;
  private static final int ABORT = 0x20;
  private static final int HAS_INFO = 0x80;
  private static final int COMMIT_PREPARED = 0x30;
  private static final int NAMES_PREPARED = 1 << 4;
  private static final int XLOG = 0;
  private static final int CHECKPOINT_ONLINE = 0x10;
  private static final int SWITCH = 0x40;
  private static final int RESTORE_POINT = 0x70;

  private final long start;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long previous;
  private long xid = 700;

  MadeWal(long start) {
    this.start = start;
    this.previous = start - 64;
  }

  /** A copy that can go its own way. */
  synchronized MadeWal copy() {
    MadeWal copy = new MadeWal(start);
    copy.out.writeBytes(out.toByteArray());
    copy.previous = previous;
    copy.xid = xid;
    return copy;
  }

  Lsn start() {
    return new Lsn(start);
  }

  synchronized Lsn end() {
    return new Lsn(start + out.size());
  }

  synchronized byte[] bytes(Lsn from, int most) {
    int offset = (int) from.minus(start());
    byte[] all = out.toByteArray();
    return Arrays.copyOfRange(all, offset, Math.min(all.length, offset + most));
  }

  /** Turns one bit over. */
  synchronized void damage(Lsn at) {
    byte[] all = out.toByteArray();
    all[(int) at.minus(start())] ^= 1;
    out.reset();
    out.writeBytes(all);
  }

  synchronized Commit commit(Instant time) {
    return end(COMMIT, time);
  }

  synchronized Commit abort(Instant time) {
    return end(ABORT, time);
  }

  private Commit end(int info, Instant time) {
    xid++;
    byte[] data =
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(PgTimestamp.toMicros(time))
            .array();
    Lsn at = record(TRANSACTION, info, xid, data);
    return new Commit(time, xid, at, end());
  }

  /** COMMIT PREPARED of a transaction, by a session that has an id of its own. */
  synchronized Commit commitPrepared(long prepared, Instant time) {
    byte[] data =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(PgTimestamp.toMicros(time))
            .putInt(NAMES_PREPARED)
            .putInt((int) prepared)
            .array();
    Lsn at = record(TRANSACTION, COMMIT_PREPARED | HAS_INFO, ++xid, data);
    return new Commit(time, prepared, at, end());
  }

  /** The next transaction has this id. */
  synchronized void nextXid(long next) {
    xid = next - 1;
  }

  /** {@code pg_create_restore_point}. */
  synchronized Lsn point(String name, Instant time) {
    ByteBuffer data = ByteBuffer.allocate(8 + 64).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(PgTimestamp.toMicros(time)).put(name.getBytes(StandardCharsets.UTF_8));
    return record(XLOG, RESTORE_POINT, 0, data.array());
  }

  /** A checkpoint that knows the next transaction's id, 64 bits. */
  synchronized Lsn checkpoint(long next) {
    ByteBuffer data = ByteBuffer.allocate(88).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(0, start).putInt(8, 1).putInt(12, 1).putLong(24, next);
    return record(XLOG, CHECKPOINT_ONLINE, 0, data.array());
  }

  /** Its last bytes are not written yet. */
  synchronized void withhold(int bytes) {
    byte[] all = out.toByteArray();
    out.reset();
    out.write(all, 0, all.length - bytes);
  }

  /** A record that means nothing, of about so many bytes. */
  synchronized Lsn filler(int bytes) {
    return record(LOGICAL_MESSAGE, 0, 0, new byte[Math.max(1, bytes - 32)]);
  }

  /** Pages that were lost: nothing but zeros up to a position. */
  synchronized void zerosTo(Lsn position) {
    out.writeBytes(new byte[(int) position.minus(end())]);
  }

  /** Fillers up to before a position, the last one of them ending less than 9000 bytes before. */
  synchronized void fillTo(Lsn position) {
    while (position.minus(end()) > 9000) {
      filler(4000);
    }
  }

  /** A segment switch, without the zeros behind it: the server sends them later. */
  synchronized Lsn switchSegment() {
    return bare(XLOG, SWITCH, 0, new byte[0]);
  }

  /** Any record, of what follows its header. */
  synchronized Lsn any(int rmgr, int info, byte[] body) {
    return bare(rmgr, info, 0, body);
  }

  /** Any record of the transaction that ends next. */
  synchronized Lsn anyOfNext(int rmgr, int info, byte[] body) {
    return bare(rmgr, info, xid + 1, body);
  }

  private Lsn record(int rmgr, int info, long transaction, byte[] main) {
    return bare(rmgr, info, transaction, body(main));
  }

  private Lsn bare(int rmgr, int info, long transaction, byte[] body) {
    headerIfDue(0);
    long at = start + out.size();
    ByteBuffer record = ByteBuffer.allocate(24 + body.length).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(record.capacity()).putInt((int) transaction).putLong(previous);
    record.put((byte) info).put((byte) rmgr).putShort((short) 0).putInt(0).put(body);
    CRC32C crc = new CRC32C();
    crc.update(record.array(), 24, body.length);
    crc.update(record.array(), 0, 20);
    record.putInt(20, (int) crc.getValue());
    put(record.array());
    previous = at;
    return new Lsn(at);
  }

  private static byte[] body(byte[] main) {
    boolean small = main.length < 256;
    ByteBuffer body =
        ByteBuffer.allocate(main.length + (small ? 2 : 5)).order(ByteOrder.LITTLE_ENDIAN);
    if (small) {
      body.put((byte) 255).put((byte) main.length);
    } else {
      body.put((byte) 254).putInt(main.length);
    }
    return body.put(main).array();
  }

  private void put(byte[] record) {
    int done = 0;
    while (done < record.length) {
      headerIfDue(record.length - done);
      int room = PAGE - out.size() % PAGE;
      int part = Math.min(room, record.length - done);
      out.write(record, done, part);
      done += part;
    }
    out.writeBytes(new byte[-out.size() & 7]);
  }

  private void headerIfDue(int remaining) {
    if (out.size() % PAGE != 0) {
      return;
    }
    long at = start + out.size();
    boolean first = at % SEGMENT == 0;
    ByteBuffer header = ByteBuffer.allocate(first ? 40 : 24).order(ByteOrder.LITTLE_ENDIAN);
    header.putShort((short) 0xD110).putShort((short) ((remaining > 0 ? 1 : 0) | (first ? 2 : 0)));
    header.putInt(1).putLong(at).putInt(remaining).putInt(0);
    if (first) {
      header.putLong(SYSTEM).putInt(SEGMENT).putInt(PAGE);
    }
    out.writeBytes(header.array());
  }
}
