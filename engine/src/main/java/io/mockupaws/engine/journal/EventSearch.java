package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.core.wal.WalEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds records by what they say. The segments' indexes tell which segments can have them; only
 * those are read. What is missing is passed over.
 */
final class EventSearch {
  private final Journal journal;
  private final JournalView view;
  private final Timeline branch;
  private final Lsn from;
  private final Lsn to;

  /**
   * A search.
   *
   * @param from records that begin before it do not count
   * @param to nor those that begin at or behind this
   */
  EventSearch(Journal journal, JournalView view, Timeline branch, Lsn from, Lsn to) {
    this.journal = journal;
    this.view = view;
    this.branch = branch;
    this.from = from;
    this.to = to;
  }

  /** The end of a transaction, and the record that says so. */
  record End(RecordSpan record, WalEvent.TransactionEnd event) {}

  /**
   * The end of the transaction with this number.
   *
   * @throws Failure TARGET_AMBIGUOUS when the number was used again, which PostgreSQL does after
   *     four billion transactions
   */
  Optional<End> end(long xid) {
    List<End> ends = new ArrayList<>();
    segments(segment -> ends.addAll(ends(segment, xid)));
    if (ends.size() > 1) {
      throw new Failure(
          ErrorCode.TARGET_AMBIGUOUS,
          "transaction "
              + xid
              + " ended more than once: "
              + String.join(" and ", ends.stream().map(EventSearch::told).toList()),
          "Give the position or the time of the one that is meant.");
    }
    return ends.stream().findFirst();
  }

  private static String told(End end) {
    return "at " + end.record().start() + ", " + end.event().time();
  }

  private List<End> ends(SegmentName segment, long xid) {
    SegmentIndex index = journal.index(view, segment);
    // A release that did not note the ids yet leaves them out where there were ends.
    boolean mayHave =
        index.latestEnd().isPresent()
            && index.endedXids().filter(range -> !range.mayHave(xid)).isEmpty();
    return mayHave ? readEnds(segment, xid) : List.of();
  }

  private List<End> readEnds(SegmentName segment, long xid) {
    List<End> ends = new ArrayList<>();
    Lsn before = segment.start().plus(-1);
    boolean whole = view.segmentAt(branch, before).isPresent();
    new JournalWalk(journal, view, branch)
        .some(
            whole ? before : segment.start(),
            segment.end(),
            record -> {
              // Each record is counted once, where it ends.
              if (record.end().isAfter(segment.start()) && !record.end().isAfter(segment.end())) {
                TransactionEnds.of(record)
                    .filter(end -> end.xid() == xid && isInside(record.start()))
                    .ifPresent(end -> ends.add(new End(record.span(), end)));
              }
              return true;
            });
    return ends;
  }

  /** Where restore points of a name were made; in LSN order. */
  List<Moment> points(String name) {
    List<Moment> points = new ArrayList<>();
    segments(
        segment ->
            journal.index(view, segment).notables().stream()
                .filter(notable -> isInside(notable.start()))
                .flatMap(notable -> Notables.point(notable).stream())
                .filter(point -> point.name().equals(name))
                .forEach(point -> points.add(point.at())));
    return points;
  }

  private boolean isInside(Lsn start) {
    return !start.isBefore(from) && start.isBefore(to);
  }

  private void segments(Consumer<SegmentName> each) {
    int size = journal.segmentSize();
    for (Lsn at = from; at.isBefore(to); at = at.segmentStart(size).plus(size)) {
      view.segmentAt(branch, at).ifPresent(each);
    }
  }
}
