package io.mockupaws.core.pg;

import java.util.Optional;

/**
 * The name of a WAL segment file: timeline and number, in 24 hexadecimal digits (PostgreSQL's
 * {@code XLogFileName}, {@code src/include/access/xlog_internal.h}).
 *
 * @param timeline the timeline whose number is in the name
 * @param number the segment's number: its first position divided by the segment size
 * @param segmentSize bytes a segment: a power of two from 1 MiB to 1 GiB
 */
public record SegmentName(Timeline timeline, long number, int segmentSize)
    implements Comparable<SegmentName> {
  public static final int MIN_SIZE = 1 << 20;
  public static final int MAX_SIZE = 1 << 30;

  public SegmentName {
    if (segmentSize < MIN_SIZE || segmentSize > MAX_SIZE || Integer.bitCount(segmentSize) != 1) {
      throw new IllegalArgumentException("no segment size: " + segmentSize);
    }
    if (number < 0) {
      throw new IllegalArgumentException("no segment number: " + number);
    }
  }

  /** The segment in which a position lies. */
  public static SegmentName containing(Timeline timeline, Lsn lsn, int segmentSize) {
    return new SegmentName(timeline, Long.divideUnsigned(lsn.value(), segmentSize), segmentSize);
  }

  /** Reads a file name; empty when it is not the name of a whole segment. */
  public static Optional<SegmentName> parse(String fileName, int segmentSize) {
    if (fileName.length() != 24 || !fileName.chars().allMatch(SegmentName::isUpperHex)) {
      return Optional.empty();
    }
    int tli = Integer.parseUnsignedInt(fileName, 0, 8, 16);
    long high = Integer.toUnsignedLong(Integer.parseUnsignedInt(fileName, 8, 16, 16));
    long low = Integer.toUnsignedLong(Integer.parseUnsignedInt(fileName, 16, 24, 16));
    long perFile = (1L << 32) / segmentSize;
    if (tli == 0 || low >= perFile) {
      return Optional.empty();
    }
    return Optional.of(new SegmentName(new Timeline(tli), high * perFile + low, segmentSize));
  }

  private static boolean isUpperHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
  }

  /** The first position. */
  public Lsn start() {
    return new Lsn(number * segmentSize);
  }

  /** The first position behind it. */
  public Lsn end() {
    return new Lsn((number + 1) * segmentSize);
  }

  /** The segment that follows on the same timeline. */
  public SegmentName next() {
    return new SegmentName(timeline, number + 1, segmentSize);
  }

  /** The name of the file in {@code pg_wal}. */
  public String fileName() {
    long perFile = (1L << 32) / segmentSize;
    return timeline.hex() + String.format("%08X%08X", number / perFile, number % perFile);
  }

  @Override
  public int compareTo(SegmentName other) {
    int byTimeline = timeline.compareTo(other.timeline);
    return byTimeline != 0 ? byTimeline : Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return fileName();
  }
}
