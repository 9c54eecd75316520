package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.SegmentName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Holds a delivered file against what the journal has of a segment, byte for byte. */
final class SegmentComparison {
  private final InputStream ours;
  private final SegmentName segment;
  private int equal;
  private boolean ended;

  private SegmentComparison(InputStream ours, SegmentName segment) {
    this.ours = ours;
    this.segment = segment;
  }

  /**
   * Compares the first bytes.
   *
   * @param ours the segment whose bytes in the journal are meant
   * @param segment the file's
   * @param length bytes of the file that count
   * @return how many bytes the journal has, at most {@code length}
   * @throws io.mockupaws.core.failure.Failure OTHER_LIFE at the first byte that differs
   */
  static int of(
      KnownSegments known, SegmentName ours, SegmentName segment, SpoolFile file, int length) {
    Optional<InputStream> there = known.open(ours);
    if (there.isEmpty() || length == 0) {
      return 0;
    }
    return of(there.get(), segment, file, length);
  }

  /** As above, with our bytes; they are closed. */
  static int of(InputStream ours, SegmentName segment, SpoolFile file, int length) {
    try (InputStream in = ours) {
      SegmentComparison comparison = new SegmentComparison(in, segment);
      file.read(0, length, comparison::take);
      return comparison.equal;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(ByteBuffer theirs) {
    if (ended) {
      return;
    }
    try {
      byte[] bytes = new byte[theirs.remaining()];
      int count = ours.readNBytes(bytes, 0, bytes.length);
      ended = count < bytes.length;
      int from = theirs.arrayOffset() + theirs.position();
      int differs = Arrays.mismatch(bytes, 0, count, theirs.array(), from, from + count);
      if (differs >= 0) {
        throw DeliveredWalk.otherLife(
            segment,
            "the journal has other bytes at " + segment.start().plus(equal + (long) differs));
      }
      equal += count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
