package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalRecord;
import java.util.Optional;

/**
 * Finds the first commit or abort, in LSN order from a position on, that a target by time leaves
 * out. Times do not rise with LSNs; the latest time so far does, so the segment is found by
 * bisection and only that one is read.
 */
final class TimeSearch {
  private final Journal journal;
  private final JournalView view;
  private final Timeline branch;
  private final Lsn from;
  private final Lsn limit;

  /**
   * A search.
   *
   * @param from records that begin before it do not count
   * @param limit everything from {@code from} to before it is in the journal
   */
  TimeSearch(Journal journal, JournalView view, Timeline branch, Lsn from, Lsn limit) {
    this.journal = journal;
    this.view = view;
    this.branch = branch;
    this.from = from;
    this.limit = limit;
  }

  /** Where that record begins; empty when all of them are kept. */
  Optional<Lsn> firstLeftOut(TargetRequest.AtTime target) {
    if (!from.isBefore(limit)) {
      return Optional.empty();
    }
    // The latest time so far does not know what was brought in later behind its back.
    Lsn begin = from;
    for (Lsn end : view.fresh(branch)) {
      if (begin.isBefore(end) && end.isBefore(limit)) {
        Optional<Lsn> found = firstLeftOut(target, begin, end).or(() -> across(end, target));
        if (found.isPresent()) {
          return found;
        }
        begin = end;
      }
    }
    return firstLeftOut(target, begin, limit);
  }

  /** The record that goes on across such a place: the index behind it does not know of it. */
  private Optional<Lsn> across(Lsn seam, TargetRequest.AtTime target) {
    Found found = new Found();
    new JournalWalk(journal, view, branch)
        .some(
            seam.plus(-1),
            seam,
            record -> {
              if (record.end().isAfter(seam) && isLeftOut(record, target)) {
                found.at = Optional.of(record.start());
              }
              return true;
            });
    return found.at;
  }

  private boolean isLeftOut(WalRecord record, TargetRequest.AtTime target) {
    return !record.start().isBefore(from)
        && TransactionEnds.of(record).filter(event -> target.leavesOut(event.time())).isPresent();
  }

  /** As above, where nothing was brought in later. */
  private Optional<Lsn> firstLeftOut(TargetRequest.AtTime target, Lsn begin, Lsn end) {
    int size = journal.segmentSize();
    long low = Long.divideUnsigned(begin.value(), size);
    long high = Long.divideUnsigned(end.value() - 1, size);
    long first = low;
    long behind = high + 1;
    while (first < behind) {
      long middle = first + (behind - first) / 2;
      if (leftOutSoFar(middle, target)) {
        behind = middle;
      } else {
        first = middle + 1;
      }
    }
    // A time that is left out already where the search begins hides those behind it.
    for (long number = first; number <= high; number++) {
      if (number == first || index(number).latestEnd().filter(target::leavesOut).isPresent()) {
        Optional<Lsn> found = inSegment(number, target);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private boolean leftOutSoFar(long number, TargetRequest.AtTime target) {
    return index(number).latestEndSoFar().filter(target::leavesOut).isPresent();
  }

  private SegmentIndex index(long number) {
    return journal.index(view, segment(number));
  }

  private SegmentName segment(long number) {
    Lsn start = new Lsn(number * journal.segmentSize());
    return view.segmentAt(branch, Lsn.max(start, from))
        .orElseThrow(() -> new IllegalStateException("no segment at " + start));
  }

  private Optional<Lsn> inSegment(long number, TargetRequest.AtTime target) {
    SegmentName segment = segment(number);
    Lsn end = segment.end().isBefore(limit) ? segment.end() : limit;
    Found found = new Found();
    new JournalWalk(journal, view, branch)
        .some(
            Lsn.max(from, segment.start()).plus(-1),
            end,
            record -> {
              boolean leftOut = isLeftOut(record, target);
              if (leftOut) {
                found.at = Optional.of(record.start());
              }
              return !leftOut;
            });
    return found.at;
  }

  private static final class Found {
    private Optional<Lsn> at = Optional.empty();
  }
}
