package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.summary.Summary;
import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalWalk;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** While WAL is received each record goes to two sinks, and neither allocates for it. */
class IntakeAllocationTest {
  private static final int RECORDS = 100_000;
  private static final int TABLE = 16_384;
  private static final int INDEX = 16_390;
  private static final int BTREE = 11;
  private static final byte ALL_VISIBLE_CLEARED = 1;

  @Test
  void nothingForARecord() {
    byte[] wal = rowsAndTheirIndex();
    allocated(wal); // what classes and call sites take, once
    assertThat(allocated(wal)).isLessThan(RECORDS);
  }

  /** A row into each page of a table, and its entry in an index. */
  private static byte[] rowsAndTheirIndex() {
    MadeWal wal = new MadeWal(MadeWal.SEGMENT);
    for (int i = 0; i < RECORDS / 2; i++) {
      wal.anyOfNext(ResourceManager.HEAP, 0, insert(TABLE, i, ALL_VISIBLE_CLEARED));
      wal.anyOfNext(BTREE, 0, insert(INDEX, i / 100, (byte) 0));
    }
    return wal.bytes(wal.start(), Integer.MAX_VALUE / 2);
  }

  private static byte[] insert(int relation, int block, byte flags) {
    ByteBuffer body = ByteBuffer.allocate(76).order(ByteOrder.LITTLE_ENDIAN);
    body.put((byte) 0).put((byte) 0x20).putShort((short) 51);
    body.putInt(1663).putInt(5).putInt(relation).putInt(block);
    body.put((byte) 255).put((byte) 3);
    return body.put(75, flags).array();
  }

  /** Bytes on the heap that a walk took with both sinks, but for the making of the three. */
  private static long allocated(byte[] wal) {
    ByteBuffer bytes = ByteBuffer.wrap(wal);
    IndexBuilder index = new IndexBuilder();
    SegmentChanges changes = new SegmentChanges();
    WalSink both =
        record -> {
          index.record(record);
          changes.record(record);
        };
    Lsn start = new Lsn(MadeWal.SEGMENT);
    WalWalk walk = new WalWalk(MadeWal.SEGMENT, new Timeline(1), start, both);
    index.begin(start);
    changes.begin(walk);
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    walk.feed(bytes);
    long after = thread.getCurrentThreadAllocatedBytes();
    assertThat(walk.position()).isEqualTo(start.plus(wal.length));
    Summary seen = changes.seen();
    Relation table = new Relation(1663, 5, TABLE);
    assertThat(seen.changes(table, Fork.MAIN).contains(RECORDS / 2 - 1)).isTrue();
    assertThat(seen.changes(table, Fork.VISIBILITY).contains(0)).isTrue();
    assertThat(seen.changes(new Relation(1663, 5, INDEX), Fork.MAIN).contains(1)).isTrue();
    return after - before;
  }
}
