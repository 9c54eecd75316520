package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Compares what a server sends with what we already have, byte for byte. A clone, a rolled-back
 * snapshot or a restored copy has the cluster's system identifier and timeline; its bytes differ.
 */
final class Comparison implements AutoCloseable {
  private final KnownSegments known;
  private final Timeline timeline;
  private final int segmentSize;
  private final Lsn end;
  private Lsn position;
  private Optional<InputStream> current = Optional.empty();

  Comparison(KnownSegments known, Timeline timeline, int segmentSize, Lsn from, Lsn end) {
    this.known = known;
    this.timeline = timeline;
    this.segmentSize = segmentSize;
    this.position = from;
    this.end = end;
  }

  boolean isDone() {
    return !position.isBefore(end);
  }

  /**
   * Takes from the buffer what we already have. Bytes that were compared before, over a connection
   * that was cut or before a full disk, are passed over.
   *
   * @param start where the bytes lie
   * @throws Failure OTHER_LIFE at the first byte that differs
   */
  void take(Lsn start, ByteBuffer bytes) {
    long known = Math.min(bytes.remaining(), Math.max(0, position.minus(start)));
    bytes.position(bytes.position() + (int) known);
    byte[] ours = new byte[(int) Math.min(bytes.remaining(), end.minus(position))];
    read(ours);
    byte[] theirs = new byte[ours.length];
    bytes.get(theirs);
    int differs = java.util.Arrays.mismatch(ours, theirs);
    if (differs >= 0) {
      throw otherLife("its WAL differs from ours at " + position.plus(differs));
    }
    position = position.plus(ours.length);
    if (isDone()) {
      close();
    }
  }

  static Failure otherLife(String why) {
    return new Failure(
        ErrorCode.OTHER_LIFE,
        "the server is not the one whose WAL this repository holds, although it has its system"
            + " identifier: "
            + why,
        "It is a copy, was rolled back, or another server goes on in its place. Give it a"
            + " cluster of its own: mockupaws init --as NEW, then mockupaws stream --as NEW.");
  }

  private void read(byte[] target) {
    int got = 0;
    try {
      while (got < target.length) {
        Lsn at = position.plus(got);
        if (current.isEmpty()) {
          SegmentName segment = SegmentName.containing(timeline, at, segmentSize);
          current =
              Optional.of(
                  known
                      .open(segment)
                      .orElseThrow(() -> new IllegalStateException("nothing of " + segment)));
          current.get().skipNBytes(at.segmentOffset(segmentSize));
        }
        int room = segmentSize - at.segmentOffset(segmentSize);
        int count = Math.min(room, target.length - got);
        int read = current.get().readNBytes(target, got, count);
        if (read < count) {
          throw new IllegalStateException("what we have ends before " + at.plus(read));
        }
        got += count;
        if (count == room) {
          close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (current.isPresent()) {
        current.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    current = Optional.empty();
  }
}
