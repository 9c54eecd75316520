package io.mockupaws.core.wal;

import io.mockupaws.core.history.Event;
import io.mockupaws.core.history.HistoryReader;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * WAL of 15 in which rows of catalogues and tables are made, changed and deleted
 * (src/include/access/heapam_xlog.h), and what history makes of it.
 */
final class MadeRows {
  static final int PG_CLASS = 1259;
  static final int PG_DATABASE = 1262;
  static final int DEFAULT = 1663;
  static final int GLOBAL = 1664;
  private static final int SEGMENT = 1 << 20;

  private final WalBuilder wal = new WalBuilder(SEGMENT, SEGMENT);
  private final long rows;
  private int xid = 1000;

  /**
   * @param rows from how many on a DELETE is told
   */
  MadeRows(long rows) {
    this.rows = rows;
    ByteBuffer running = body(2 + 24);
    running.put((byte) 255).put((byte) 24).putInt(14, 1).putInt(18, 1);
    wal.record(ResourceManager.STANDBY, 0x10, 0, bytes(running));
  }

  HistoryReader reader() {
    return new HistoryReader(8192, rows, _ -> new Timeline(1));
  }

  /** What a reader tells that knows some names already. */
  List<Event> told(HistoryReader history) {
    new WalWalk(SEGMENT, new Timeline(1), new Lsn(SEGMENT), history)
        .feed(ByteBuffer.wrap(wal.bytes()));
    return history.finish();
  }

  List<Event> told() {
    return told(reader());
  }

  /** A file's first page. */
  record File(int tablespace, int database, int number) {}

  static File pgClass(int database) {
    return new File(DEFAULT, database, PG_CLASS);
  }

  static final File DATABASES = new File(GLOBAL, 0, PG_DATABASE);

  /** A row of pg_class. */
  static byte[] relation(int oid, String name, int tablespace, int file) {
    ByteBuffer row = body(144);
    row.putInt(0, oid).putInt(68, 2200).putInt(88, file).putInt(92, tablespace);
    row.put(4, name.getBytes(StandardCharsets.US_ASCII));
    row.put(114, (byte) 'p').put(115, (byte) 'r');
    return bytes(row);
  }

  /** A row of pg_database. */
  static byte[] database(int oid, String name, int limit) {
    ByteBuffer row = body(100);
    row.putInt(0, oid).putInt(80, limit);
    row.put(4, name.getBytes(StandardCharsets.US_ASCII));
    return bytes(row);
  }

  Lsn insert(File file, int place, byte[] row) {
    ByteBuffer body = body(20 + 2 + 6 + row.length + 3);
    reference(body, file, 6 + row.length);
    body.put((byte) 255).put((byte) 3).put(header()).put(row).putShort((short) place);
    return heap(0x00, body);
  }

  Lsn update(File file, int place, int to, byte[] row) {
    ByteBuffer body = body(20 + 2 + 6 + row.length + 14);
    reference(body, file, 6 + row.length);
    body.put((byte) 255).put((byte) 14).put(header()).put(row);
    body.putInt(0).putShort((short) place).putShort((short) 0).putInt(0).putShort((short) to);
    return heap(0x20, body);
  }

  Lsn delete(File file, int place) {
    ByteBuffer body = body(20 + 2 + 8);
    reference(body, file, 0);
    body.put((byte) 255).put((byte) 8).putInt(0).putShort((short) place).putShort((short) 0);
    return heap(0x10, body);
  }

  /** {@code XLOG_HEAP_INPLACE}: it belongs to no transaction. */
  Lsn inplace(File file, int place, byte[] row) {
    ByteBuffer body = body(20 + 2 + row.length + 2);
    reference(body, file, row.length);
    body.put((byte) 255).put((byte) 2).put(row).putShort((short) place);
    return new Lsn(wal.record(ResourceManager.HEAP, 0x70, xid, bytes(body)).start());
  }

  /** The transaction ends, and another one begins. */
  void commit() {
    wal.record(ResourceManager.TRANSACTION, 0, xid++, WalBuilder.mainData(new byte[8]));
  }

  private Lsn heap(int operation, ByteBuffer body) {
    return new Lsn(wal.record(ResourceManager.HEAP, operation, xid, bytes(body)).start());
  }

  /** What a record has of a tuple's header, and the padding behind it. */
  private static byte[] header() {
    return new byte[] {0, 0, 0, 0, 24, 0};
  }

  private static ByteBuffer body(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer made) {
    byte[] bytes = new byte[made.capacity()];
    made.rewind().get(bytes);
    return bytes;
  }

  private static void reference(ByteBuffer body, File file, int data) {
    body.put((byte) 0).put((byte) (data > 0 ? 0x20 : 0)).putShort((short) data);
    body.putInt(file.tablespace()).putInt(file.database()).putInt(file.number()).putInt(3);
  }
}
