package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.core.wal.WalDamage;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gathers the index of one segment after the other from the records of a walk. A walk hands a
 * record over while the segment in which it ends is fed, so what comes between two calls of {@link
 * #begin} belongs to one segment.
 *
 * <p>It does not grow with the commits. A record that is no event allocates nothing.
 */
final class IndexBuilder implements WalSink {
  private Lsn segmentStart = Lsn.ZERO;
  private Optional<RecordSpan> first = Optional.empty();

  /** Of the last record; numbers, because each record sets them: 0, 0 before the first one. */
  private long lastStart;

  private long lastEnd;
  private Optional<Lsn> openAtStart = Optional.empty();
  private Optional<Commit> firstCommit = Optional.empty();
  private Optional<Commit> lastCommit = Optional.empty();
  private long commits;
  private Optional<Instant> latestEnd = Optional.empty();
  private Optional<Instant> latestEndSoFar = Optional.empty();
  private Optional<XidRange> endedXids = Optional.empty();
  private long commitsSoFar;
  private List<Notable> notables = new ArrayList<>();

  /** Goes on from what was known at the end of the segment before. */
  void carry(SegmentIndex before) {
    carrySums(before);
    openAtStart = before.open();
  }

  /** Goes on from sums that were known before a gap. */
  void carrySums(SegmentIndex before) {
    latestEndSoFar = before.latestEndSoFar();
    commitsSoFar = before.commitsSoFar();
  }

  /** A segment begins; what was gathered of the one before is dropped. */
  void begin(Lsn start) {
    openAtStart = open(start);
    segmentStart = start;
    first = Optional.empty();
    lastStart = 0;
    lastEnd = 0;
    firstCommit = Optional.empty();
    lastCommit = Optional.empty();
    commits = 0;
    latestEnd = Optional.empty();
    endedXids = Optional.empty();
    notables = new ArrayList<>();
  }

  @Override
  public void record(WalRecord record) {
    lastStart = record.startPosition();
    lastEnd = record.endPosition();
    if (first.isEmpty()) {
      first = Optional.of(record.span());
    }
    Optional<WalEvent> event = read(record);
    if (event.isPresent() && event.get() instanceof WalEvent.TransactionEnd end) {
      transactionEnd(end, record.span());
    } else if (event.isPresent()) {
      Notables.of(event.get(), record.start()).ifPresent(notables::add);
    }
  }

  /**
   * A record that is whole but of a form we do not know is PostgreSQL's business: it is kept like
   * any other, and noted.
   */
  private Optional<WalEvent> read(WalRecord record) {
    try {
      return WalEvent.of(record);
    } catch (Failure e) {
      notables.add(new Notable(Notable.Kind.UNREADABLE, record.start(), e.what()));
      return Optional.empty();
    }
  }

  private void transactionEnd(WalEvent.TransactionEnd end, RecordSpan span) {
    Instant time = end.time();
    latestEnd = later(latestEnd, time);
    latestEndSoFar = later(latestEndSoFar, time);
    endedXids = Optional.of(and(endedXids, end.xid()));
    if (!end.committed()) {
      return;
    }
    Commit commit = new Commit(time, end.xid(), span.start(), span.end());
    if (firstCommit.isEmpty()) {
      firstCommit = Optional.of(commit);
    }
    lastCommit = Optional.of(commit);
    commits++;
    commitsSoFar++;
  }

  private static Optional<Instant> later(Optional<Instant> known, Instant time) {
    return known.filter(k -> !k.isBefore(time)).or(() -> Optional.of(time));
  }

  private static XidRange and(Optional<XidRange> known, long xid) {
    return known.map(range -> range.and(xid)).orElseGet(() -> new XidRange(xid, xid));
  }

  /** Where a record begins that has not ended before {@code position}. */
  private Optional<Lsn> open(Lsn position) {
    return lastEnd == 0
        ? openAtStart
        : Optional.of(new Lsn(lastEnd)).filter(end -> end.isBefore(position));
  }

  private Optional<RecordSpan> last() {
    return lastEnd == 0
        ? Optional.empty()
        : Optional.of(new RecordSpan(new Lsn(lastStart), new Lsn(lastEnd)));
  }

  /**
   * What is known of the segment up to {@code length} bytes of it.
   *
   * @param state how the walk stands there
   * @param full whether the segment is: then an end of the WAL in it is a loss, since WAL came
   *     behind
   */
  SegmentIndex snapshot(int length, WalState state, boolean full) {
    Optional<Lsn> damage =
        switch (state) {
          case WalState.Reading() -> Optional.empty();
          case WalState.Damaged(WalDamage found) -> Optional.of(found.lsn());
          case WalState.Ended ended when full -> Optional.of(ended.at());
          case WalState.Ended _ -> Optional.empty();
        };
    return new SegmentIndex(
        length,
        first,
        last(),
        open(segmentStart.plus(length)),
        firstCommit,
        lastCommit,
        commits,
        latestEnd,
        latestEndSoFar,
        endedXids,
        commitsSoFar,
        notables,
        damage);
  }
}
