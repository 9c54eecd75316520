package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.JournalView;
import java.util.Iterator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The WAL that a recovery replays.
 *
 * @param timeline the timeline on which it ends
 * @param start the redo position of the backup
 * @param end the position it reaches
 * @param segmentSize bytes
 */
public record WalNeed(Timeline timeline, Lsn start, Lsn end, int segmentSize) {

  /** How many segments. */
  public long segments() {
    return lastNumber() - firstNumber() + 1;
  }

  /** Bytes to replay. */
  public long bytes() {
    return end.minus(start);
  }

  /** Bytes the segment files take in the target. */
  public long fileBytes() {
    return segments() * segmentSize;
  }

  private long firstNumber() {
    return Long.divideUnsigned(start.value(), segmentSize);
  }

  private long lastNumber() {
    return Long.divideUnsigned(end.value() - 1, segmentSize);
  }

  /**
   * The segments in their order. Where a timeline forked inside a segment, the newer timeline's
   * file counts, as it does for PostgreSQL ({@code XLogFileReadAnyTLI}, {@code
   * src/backend/access/transam/xlogrecovery.c}).
   */
  Iterator<SegmentName> segments(JournalView view) {
    return numbered(view).iterator();
  }

  private Stream<SegmentName> numbered(JournalView view) {
    return LongStream.rangeClosed(firstNumber(), lastNumber())
        .mapToObj(number -> name(view, new SegmentName(timeline, number, segmentSize)));
  }

  private SegmentName name(JournalView view, SegmentName wanted) {
    Lsn any = wanted.number() == firstNumber() ? start : wanted.start();
    return view.segmentAt(timeline, any)
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.WAL_HOLE,
                    "the repository no longer has the WAL segment at " + any,
                    "plan the restore again; mockupaws window shows what can be recovered"));
  }
}
