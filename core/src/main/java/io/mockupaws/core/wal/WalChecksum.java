package io.mockupaws.core.wal;

import java.nio.ByteBuffer;

/**
 * A record's CRC-32C: first the body behind the header, then the header up to the field that holds
 * it ({@code ValidXLogRecord}, src/backend/access/transam/xlogreader.c).
 */
final class WalChecksum {
  /** Bytes of the header that are covered: all in front of {@code xl_crc}. */
  static final int HEADER_PART = 20;

  private final RunningChecksum crc = new RunningChecksum();

  /** The checksum of the record of {@code total} bytes that lies whole at {@code at}. */
  int of(ByteBuffer bytes, int at, int total) {
    crc.reset();
    crc.update(bytes, at + WalRecord.HEADER_SIZE, total - WalRecord.HEADER_SIZE);
    crc.update(bytes, at, HEADER_PART);
    return crc.value();
  }
}
