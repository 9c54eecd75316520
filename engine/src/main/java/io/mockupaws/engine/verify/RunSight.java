package io.mockupaws.engine.verify;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** One run's bytes as they come, in order, by one thread. */
final class RunSight {
  private final int file;
  private final long offset;
  private final PackShown shown;
  private final boolean concerned;
  private final CRC32C crc = new CRC32C();
  private final byte[] page;
  private long length;
  private int from = -1;
  private int to;

  /**
   * A run.
   *
   * @param offset where it belongs in its file
   */
  RunSight(int file, long offset, PackShown shown) {
    this.file = file;
    this.offset = offset;
    this.shown = shown;
    this.concerned = shown.concerns(file);
    this.page = new byte[concerned ? shown.pageSize() : 0];
  }

  /** Takes the next bytes; the buffer is drained. */
  void take(ByteBuffer bytes) {
    crc.update(bytes.duplicate());
    long at = offset + length;
    length += bytes.remaining();
    while (concerned && bytes.hasRemaining()) {
      int inPage = (int) (at % page.length);
      int count = Math.min(bytes.remaining(), page.length - inPage);
      if (count == page.length) {
        shown.page(file, at / page.length, bytes, bytes.position());
        bytes.position(bytes.position() + count);
      } else {
        bytes.get(page, inPage, count);
        from = from < 0 ? inPage : from;
        to = inPage + count;
        flushIfFull(at / page.length);
      }
      at += count;
    }
  }

  private void flushIfFull(long number) {
    if (to == page.length) {
      if (from == 0) {
        shown.page(file, number, ByteBuffer.wrap(page), 0);
      } else {
        shown.part(file, number, from, Arrays.copyOfRange(page, from, to));
      }
      from = -1;
    }
  }

  void end() {
    if (from >= 0) {
      shown.part(file, (offset + length) / page.length, from, Arrays.copyOfRange(page, from, to));
    }
    shown.piece(file, offset, length, (int) crc.getValue());
  }
}
