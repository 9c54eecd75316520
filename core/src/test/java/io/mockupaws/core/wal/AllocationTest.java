package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.mockupaws.core.history.HistoryReader;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The walk allocates for a piece, and nothing for a record, wherever the piece's bytes lie. */
class AllocationTest {
  private static final int SEGMENT = 64 << 20;
  private static final int RECORDS = 100_000;

  private static byte[] manyRecords() {
    ByteBuffer body = ByteBuffer.allocate(76).order(ByteOrder.LITTLE_ENDIAN);
    body.put((byte) 0).put((byte) 0x20).putShort((short) 51);
    body.putInt(1663).putInt(5).putInt(16384).putInt(42);
    body.put((byte) 255).put((byte) 3);
    WalBuilder wal = new WalBuilder(SEGMENT, SEGMENT);
    for (int i = 0; i < RECORDS; i++) {
      wal.record(10, 0, 1, body.array());
    }
    return wal.bytes();
  }

  @Test
  void nothingForARecord() {
    byte[] bytes = manyRecords();
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();

    allocated(ByteBuffer.wrap(bytes)); // what classes and call sites take, once
    assertThat(allocated(ByteBuffer.wrap(bytes))).isLessThan(RECORDS);
    assertThat(allocated(direct)).isLessThan(RECORDS);
    assertThat(allocated(ByteBuffer.wrap(bytes).asReadOnlyBuffer())).isLessThan(RECORDS);
  }

  /** Small transactions by the million make no work for the collector. */
  @Test
  void nothingForATransactionThatUpdatesARow() {
    ByteBuffer update = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
    update.put((byte) 0).put((byte) 0).putShort((short) 0);
    update.putInt(1663).putInt(5).putInt(16384).putInt(42);
    update.put((byte) 255).put((byte) 14);
    ByteBuffer commit = ByteBuffer.allocate(10).put((byte) 255).put((byte) 8);
    WalBuilder wal = new WalBuilder(SEGMENT, SEGMENT);
    ByteBuffer running = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
    running.put((byte) 255).put((byte) 24).putInt(14, 1000).putInt(18, 1000);
    wal.record(ResourceManager.STANDBY, 0x10, 0, running.array());
    for (int xid = 1000; xid < 1000 + RECORDS; xid++) {
      wal.record(ResourceManager.HEAP, 0x40, xid, update.array());
      wal.record(ResourceManager.TRANSACTION, 0, xid, commit.array());
    }
    byte[] bytes = wal.bytes();
    allocatedByHistory(bytes);
    assertThat(allocatedByHistory(bytes)).isLessThan(RECORDS);
  }

  private static long allocatedByHistory(byte[] wal) {
    ByteBuffer bytes = ByteBuffer.wrap(wal);
    HistoryReader history = new HistoryReader(8192, 1000, _ -> new Timeline(1));
    WalWalk walk = new WalWalk(SEGMENT, new Timeline(1), new Lsn(SEGMENT), history);
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    walk.feed(bytes);
    long after = thread.getCurrentThreadAllocatedBytes();
    assertThat(walk.lastWhole()).isPresent();
    assertThat(history.finish()).isEmpty();
    return after - before;
  }

  /** Bytes on the heap that a walk took, block references and all, but for its own making. */
  private static long allocated(ByteBuffer bytes) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int[] seen = new int[2];
    WalSink sink =
        record -> {
          seen[0]++;
          seen[1] += record.blocks().count();
        };
    WalWalk walk = new WalWalk(SEGMENT, new Timeline(1), new Lsn(SEGMENT), sink);
    long before = thread.getCurrentThreadAllocatedBytes();
    walk.feed(bytes);
    long after = thread.getCurrentThreadAllocatedBytes();
    assertThat(seen).containsExactly(RECORDS, RECORDS);
    return after - before;
  }
}
