package io.mockupaws.core.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A record's CRC-32C: first the body behind the header, then the header up to the field that holds
 * it ({@code ValidXLogRecord}, src/backend/access/transam/xlogreader.c).
 */
final class WalChecksum {
  /** Bytes of the header that are covered: all in front of {@code xl_crc}. */
  static final int HEADER_PART = 20;

  private final CRC32C crc = new CRC32C();

  /** The checksum of the record of {@code total} bytes that lies whole at {@code at}. */
  int of(ByteBuffer bytes, int at, int total) {
    crc.reset();
    int body = total - WalRecord.HEADER_SIZE;
    if (bytes.hasArray()) {
      int from = bytes.arrayOffset() + at;
      crc.update(bytes.array(), from + WalRecord.HEADER_SIZE, body);
      crc.update(bytes.array(), from, HEADER_PART);
    } else {
      int position = bytes.position();
      int limit = bytes.limit();
      bytes.limit(at + total).position(at + WalRecord.HEADER_SIZE);
      crc.update(bytes);
      bytes.limit(at + HEADER_PART).position(at);
      crc.update(bytes);
      bytes.limit(limit).position(position);
    }
    return (int) crc.getValue();
  }
}
