package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.history.Event;
import io.mockupaws.core.history.EventKind;
import io.mockupaws.core.history.HistoryReader;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows of catalogues whose pages the WAL has not shown. */
class UnseenRowsTest {
  private static final int SEGMENT = 1 << 20;
  private static final int DATABASE = 5;
  private static final int PG_CLASS = 1259;
  private static final int XID = 1000;

  private final WalBuilder wal = new WalBuilder(SEGMENT, SEGMENT);

  private List<EventKind> told() {
    HistoryReader history = new HistoryReader(8192, 1000, _ -> new Timeline(1));
    new WalWalk(SEGMENT, new Timeline(1), new Lsn(SEGMENT), history)
        .feed(ByteBuffer.wrap(wal.bytes()));
    return history.finish().stream().map(Event::kind).toList();
  }

  private static ByteBuffer body(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer made) {
    byte[] bytes = new byte[made.capacity()];
    made.rewind().get(bytes);
    return bytes;
  }

  private static ByteBuffer reference(ByteBuffer body, int file, int data) {
    int flags = data > 0 ? 0x20 : 0;
    return body.put((byte) 0)
        .put((byte) flags)
        .putShort((short) data)
        .putInt(1663)
        .putInt(DATABASE)
        .putInt(file)
        .putInt(3);
  }

  /** A row of pg_class of 15, behind what a record has of a tuple's header. */
  private static byte[] row(int oid, String name, int file) {
    ByteBuffer row = body(5 + 1 + 144);
    row.put(4, (byte) 24);
    row.putInt(6, oid).putInt(6 + 68, 2200).putInt(6 + 88, file);
    row.put(6 + 4, name.getBytes(StandardCharsets.US_ASCII));
    row.put(6 + 114, (byte) 'p').put(6 + 115, (byte) 'r');
    return bytes(row);
  }

  private void update(int oid, String name, int file) {
    byte[] row = row(oid, name, file);
    ByteBuffer body = reference(body(20 + 2 + row.length + 14), PG_CLASS, row.length);
    body.put((byte) 255).put((byte) 14).put(row);
    body.putInt(0).putShort((short) 1).putShort((short) 0).putInt(0).putShort((short) 2);
    wal.record(ResourceManager.HEAP, 0x20, XID, bytes(body));
  }

  private void insert(int oid, String name, int file) {
    byte[] row = row(oid, name, file);
    ByteBuffer body = reference(body(20 + 2 + row.length + 3), PG_CLASS, row.length);
    body.put((byte) 255).put((byte) 3).put(row).putShort((short) 2);
    wal.record(ResourceManager.HEAP, 0x00, XID, bytes(body));
  }

  /** {@code XLOG_STANDBY_LOCK}. */
  private void lock(int oid) {
    ByteBuffer body = body(2 + 16);
    body.put((byte) 255).put((byte) 16).putInt(1).putInt(XID).putInt(DATABASE).putInt(oid);
    wal.record(ResourceManager.STANDBY, 0x00, XID, bytes(body));
  }

  /** {@code XLOG_RELMAP_UPDATE} that moves a catalogue. */
  private void map(int oid, int file) {
    ByteBuffer body = body(2 + 28);
    body.put((byte) 255).put((byte) 28).putInt(DATABASE).putInt(1663).putInt(16);
    body.putInt(0x592717).putInt(1).putInt(oid).putInt(file);
    wal.record(ResourceManager.RELATION_MAP, 0x00, XID, bytes(body));
  }

  /** {@code XLOG_XACT_COMMIT}, with files that go. */
  private void commit(int... removed) {
    int files = removed.length == 0 ? 0 : 8 + 12 * removed.length;
    ByteBuffer body = body(2 + 8 + files);
    body.put((byte) 255).put((byte) (8 + files)).putLong(0);
    if (files > 0) {
      body.putInt(1 << 2).putInt(removed.length);
    }
    for (int file : removed) {
      body.putInt(1663).putInt(DATABASE).putInt(file);
    }
    wal.record(ResourceManager.TRANSACTION, files > 0 ? 0x80 : 0, XID, bytes(body));
  }

  @Test
  void whatIsMadeIsCreated() {
    insert(20_000, "orders", 20_001);
    commit();
    assertThat(told()).containsExactly(EventKind.CREATED);
  }

  /**
   * The page came before the reading began, or into a file that was not known for the catalogue.
   */
  @Test
  void whatIsUpdatedWasThere() {
    update(20_000, "orders", 20_001);
    commit();
    assertThat(told()).isEmpty();
  }

  @Test
  void itsFileIsToldWhenItGoes() {
    update(20_000, "orders", 20_002);
    commit(20_001);
    assertThat(told()).containsExactly(EventKind.FILE_REMOVED);
  }

  @Test
  void alsoWhenOnlyItsRowBehindTheUpdateIsKnown() {
    update(20_000, "orders", 20_001);
    commit(20_001);
    assertThat(told()).containsExactly(EventKind.FILE_REMOVED);
  }

  /**
   * A DROP TABLE of which only the lock is seen: the catalogue lies in a file that is not known.
   */
  @Test
  void aDropOfWhichNoRowIsSeenIsTold() {
    lock(20_000);
    commit(20_001);
    assertThat(told()).containsExactly(EventKind.FILE_REMOVED);
  }

  /** REINDEX of an index of pg_class, VACUUM FULL of pg_proc. */
  @Test
  void aCatalogueThatIsWrittenAnewIsNoLoss() {
    lock(PG_CLASS);
    map(2662, 20_003);
    commit(20_002);
    lock(2662);
    commit(2662);
    assertThat(told()).isEmpty();
  }
}
