package io.mockupaws.engine.verify;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** One run's bytes as they come, in order, by one thread. */
final class RunSight {
  private final int file;
  private final long offset;
  private final FileDigests digests;
  private final PageSight pages;
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
  RunSight(int file, long offset, FileDigests digests, PageSight pages) {
    this.file = file;
    this.offset = offset;
    this.digests = digests;
    this.pages = pages;
    this.concerned = pages.concerns(file);
    this.page = new byte[concerned ? pages.pageSize() : 0];
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
        pages.page(file, at / page.length, bytes, bytes.position());
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
        pages.page(file, number, ByteBuffer.wrap(page), 0);
      } else {
        pages.part(file, number, from, Arrays.copyOfRange(page, from, to));
      }
      from = -1;
    }
  }

  void end() {
    if (from >= 0) {
      pages.part(file, (offset + length) / page.length, from, Arrays.copyOfRange(page, from, to));
    }
    digests.piece(file, offset, length, (int) crc.getValue());
  }
}
