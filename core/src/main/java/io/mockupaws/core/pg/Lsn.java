package io.mockupaws.core.pg;

/**
 * A position in the WAL, in bytes from its beginning: 64 bits, unsigned.
 *
 * <p>Written as PostgreSQL's {@code pg_lsn}: two hexadecimal numbers of 32 bits with a slash.
 */
public record Lsn(long value) implements Comparable<Lsn> {
  /** PostgreSQL's {@code InvalidXLogRecPtr}: no position. */
  public static final Lsn ZERO = new Lsn(0);

  /**
   * Reads {@code 16/B374D848}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Lsn parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || slash > 8 || text.length() - slash - 1 < 1 || text.length() - slash > 9) {
      throw new IllegalArgumentException("not an LSN: " + text);
    }
    try {
      long high = Integer.toUnsignedLong(Integer.parseUnsignedInt(text, 0, slash, 16));
      long low =
          Integer.toUnsignedLong(Integer.parseUnsignedInt(text, slash + 1, text.length(), 16));
      return new Lsn(high << 32 | low);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an LSN: " + text, e);
    }
  }

  /** The position {@code bytes} further on. */
  public Lsn plus(long bytes) {
    return new Lsn(value + bytes);
  }

  /** How many bytes this lies behind {@code earlier}; negative when it lies before. */
  public long minus(Lsn earlier) {
    return value - earlier.value;
  }

  /** The first byte of the segment this position lies in. */
  public Lsn segmentStart(int segmentSize) {
    return new Lsn(value & -(long) segmentSize);
  }

  /** The offset in its segment, in bytes. */
  public int segmentOffset(int segmentSize) {
    return (int) (value & (segmentSize - 1L));
  }

  public boolean isBefore(Lsn other) {
    return compareTo(other) < 0;
  }

  public boolean isAfter(Lsn other) {
    return compareTo(other) > 0;
  }

  /** The later of the two. */
  public static Lsn max(Lsn a, Lsn b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toHexString(value >>> 32).toUpperCase(java.util.Locale.ROOT)
        + "/"
        + Long.toHexString(value & 0xFFFF_FFFFL).toUpperCase(java.util.Locale.ROOT);
  }
}
