package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds the oldest segment that a server still has, by asking for it: no right to list its
 * directory is needed. Segments go from the oldest on, so bisection finds it.
 */
final class OldestWal {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

  private final WalServer server;
  private final Timeline timeline;
  private final int segmentSize;

  OldestWal(WalServer server, Timeline timeline, int segmentSize) {
    this.server = server;
    this.timeline = timeline;
    this.segmentSize = segmentSize;
  }

  /**
   * The start of the oldest segment from {@code low} to {@code high} that it has.
   *
   * @param high a segment's start that it is known to have
   */
  Lsn find(Lsn low, Lsn high) {
    long first = Long.divideUnsigned(low.value(), segmentSize);
    long last = Long.divideUnsigned(high.value(), segmentSize);
    while (first < last) {
      long middle = first + (last - first) / 2;
      if (has(middle)) {
        last = middle;
      } else {
        first = middle + 1;
      }
    }
    return new SegmentName(timeline, last, segmentSize).start();
  }

  private boolean has(long number) {
    try (WalConnection connection = server.connect()) {
      connection.identify();
      Lsn start = new SegmentName(timeline, number, segmentSize).start();
      WalFeed feed = connection.start(Optional.empty(), timeline, start);
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < PATIENCE_NANOS) {
        if (feed.poll().filter(WalFeed.Data.class::isInstance).isPresent()) {
          return true;
        }
      }
      return false;
    } catch (WalRemoved e) {
      return false;
    }
  }
}
