package io.mockupaws.core.wal;

import java.util.Optional;

/**
 * How a record holds a whole page ({@code XLogRecordBlockImageHeader}, {@code
 * XLogRecordBlockCompressHeader}, src/include/access/xlogrecord.h; the same in 15 to 18).
 *
 * @param length bytes of the image as it lies in the record
 * @param holeOffset where in the page the zeros begin that were left out; 0 without a hole
 * @param holeLength bytes of the hole as the record tells it: of a compressed image alone, since
 *     otherwise it is what the image lacks to a page
 * @param applied whether replay puts the image in place; else it is there only to be compared
 * @param compression how the rest of the page is compressed; empty: it is not
 */
public record PageImage(
    int length,
    int holeOffset,
    int holeLength,
    boolean applied,
    Optional<Compression> compression) {

  /** How an image is compressed, in PostgreSQL's order of flags. */
  public enum Compression {
    PGLZ,
    LZ4,
    ZSTD
  }

  /** {@code BKPIMAGE_HAS_HOLE}. */
  static final int HAS_HOLE = 0x01;

  /** {@code BKPIMAGE_APPLY}. */
  static final int APPLIED = 0x02;

  private static final int FIRST_COMPRESSION = 0x04;
  private static final int COMPRESSIONS = 0x1C;
  private static final int KNOWN = HAS_HOLE | APPLIED | COMPRESSIONS;

  /** Whether these flags are such as 15 to 18 write: known ones, and one compression at most. */
  static boolean areKnown(int flags) {
    return (flags & ~KNOWN) == 0 && Integer.bitCount(flags & COMPRESSIONS) <= 1;
  }

  static boolean isCompressed(int flags) {
    return (flags & COMPRESSIONS) != 0;
  }

  static PageImage of(int flags, int length, int holeOffset, int holeLength) {
    int compression = (flags & COMPRESSIONS) / FIRST_COMPRESSION;
    return new PageImage(
        length,
        holeOffset,
        holeLength,
        (flags & APPLIED) != 0,
        compression == 0
            ? Optional.empty()
            : Optional.of(Compression.values()[Integer.numberOfTrailingZeros(compression)]));
  }

  /** Bytes of the hole in a page of {@code blockSize} bytes. */
  public int hole(int blockSize) {
    return compression.isPresent() ? holeLength : blockSize - length;
  }
}
