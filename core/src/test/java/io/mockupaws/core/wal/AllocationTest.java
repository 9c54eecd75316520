package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
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

    assertThat(allocated(ByteBuffer.wrap(bytes))).isLessThan(RECORDS);
    assertThat(allocated(direct)).isLessThan(RECORDS);
    assertThat(allocated(ByteBuffer.wrap(bytes).asReadOnlyBuffer())).isLessThan(RECORDS);
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
