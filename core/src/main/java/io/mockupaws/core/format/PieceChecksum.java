package io.mockupaws.core.format;

import java.util.Map;
import java.util.TreeMap;

/**
 * The checksum of one file whose pieces are written in any order by several threads. Neighbours are
 * joined as they come, so what is held is one entry a gap.
 */
public final class PieceChecksum {
  private record Piece(long end, int crc32c) {}

  private final TreeMap<Long, Piece> pieces = new TreeMap<>();

  /**
   * Notes a piece.
   *
   * @throws IllegalStateException when it overlaps one noted before
   */
  public synchronized void add(long offset, long length, int crc32c) {
    long start = offset;
    long end = offset + length;
    int crc = crc32c;
    Map.Entry<Long, Piece> before = pieces.floorEntry(offset);
    if (before != null) {
      requireApart(before.getValue().end() <= start, offset);
      if (before.getValue().end() == start) {
        crc = Crc32cMath.concat(before.getValue().crc32c(), crc, length);
        start = before.getKey();
        pieces.remove(start);
      }
    }
    Map.Entry<Long, Piece> after = pieces.higherEntry(offset);
    if (after != null) {
      requireApart(after.getKey() >= end, offset);
      if (after.getKey() == end) {
        crc = Crc32cMath.concat(crc, after.getValue().crc32c(), after.getValue().end() - end);
        end = after.getValue().end();
        pieces.remove(after.getKey());
      }
    }
    pieces.put(start, new Piece(end, crc));
  }

  /** Whether every byte of a file of this size has been noted. */
  public synchronized boolean covers(long size) {
    Map.Entry<Long, Piece> first = pieces.firstEntry();
    return first != null && first.getKey() == 0 && first.getValue().end() == size;
  }

  /** The checksum from the first byte on; meaningful once the file is covered. */
  public synchronized int value() {
    Map.Entry<Long, Piece> first = pieces.firstEntry();
    return first == null ? 0 : first.getValue().crc32c();
  }

  private static void requireApart(boolean apart, long offset) {
    if (!apart) {
      throw new IllegalStateException("two pieces of a file overlap at " + offset);
    }
  }
}
