package io.mockupaws.engine.history;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Records of a heap and of what runs beside it, of what follows their headers
 * (src/include/access/heapam_xlog.h).
 */
final class MadeHeap {
  static final int RMGR = 10;
  static final int DELETE = 0x10;
  static final int DATABASE = 16_000;

  static final int STANDBY = 8;
  static final int RUNNING = 0x10;

  private MadeHeap() {}

  /** No transaction runs ({@code xl_running_xacts}). */
  static byte[] running() {
    ByteBuffer body = ByteBuffer.allocate(2 + 24).order(ByteOrder.LITTLE_ENDIAN);
    body.put((byte) 255).put((byte) 24).putInt(14, 1).putInt(18, 1);
    return body.array();
  }

  /** A row of a table's first page goes. */
  static byte[] delete(int table) {
    ByteBuffer body = ByteBuffer.allocate(20 + 2 + 8).order(ByteOrder.LITTLE_ENDIAN);
    body.put((byte) 0).put((byte) 0).putShort((short) 0);
    body.putInt(1663).putInt(DATABASE).putInt(table).putInt(0);
    body.put((byte) 255).put((byte) 8).putInt(0).putShort((short) 1).putShort((short) 0);
    return body.array();
  }
}
