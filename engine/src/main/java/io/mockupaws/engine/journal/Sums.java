package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Sums over a part of the journal. Those that the indexes carry ({@link SegmentIndex#commitsSoFar},
 * {@link SegmentIndex#latestEndSoFar}) begin anew wherever WAL came without what lies before it, so
 * a sum is made of spans between such places.
 */
final class Sums {
  private final Journal journal;
  private final JournalView view;
  private final Timeline branch;

  Sums(Journal journal, JournalView view, Timeline branch) {
    this.journal = journal;
    this.view = view;
    this.branch = branch;
  }

  /**
   * How many commits there are from a segment on.
   *
   * @param before how many of the first segment's own do not count
   * @param last the last segment that counts
   */
  long commits(SegmentName first, long before, SegmentName last) {
    SegmentIndex begin = index(first);
    long base = begin.commitsSoFar() - begin.commits() + before;
    long commits = 0;
    for (Lsn place : placesBehind(first.start(), last.start())) {
      Optional<SegmentName> left = lastBefore(place);
      Optional<SegmentName> right = view.segmentAt(branch, place);
      if (left.isPresent() && right.isPresent()) {
        commits += Math.max(0, index(left.get()).commitsSoFar() - base);
        SegmentIndex next = index(right.get());
        base = next.commitsSoFar() - next.commits();
      }
    }
    return commits + Math.max(0, index(last).commitsSoFar() - base);
  }

  /** The latest time of a commit or an abort from a position up to a segment's end. */
  Optional<Instant> latestEnd(Lsn from, SegmentName last) {
    Optional<Instant> latest = index(last).latestEndSoFar();
    for (Lsn place : placesBehind(from, last.start())) {
      Optional<SegmentName> left = lastBefore(place);
      Optional<SegmentName> right = view.segmentAt(branch, place);
      latest = later(latest, left.flatMap(segment -> index(segment).latestEndSoFar()));
      latest = later(latest, right.flatMap(segment -> index(segment).latestEnd()));
    }
    return latest;
  }

  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    return one.filter(time -> other.filter(time::isBefore).isEmpty()).or(() -> other);
  }

  private SegmentIndex index(SegmentName segment) {
    return journal.index(view, segment);
  }

  private List<Lsn> placesBehind(Lsn from, Lsn to) {
    return view.fresh(branch).stream()
        .filter(place -> place.isAfter(from) && !place.isAfter(to))
        .filter(place -> place.segmentOffset(journal.segmentSize()) == 0)
        .toList();
  }

  /** The segment that lies before a place, across what is missing there. */
  private Optional<SegmentName> lastBefore(Lsn place) {
    return view.segmentAt(branch, place.plus(-1))
        .or(
            () ->
                view.stretches().stream()
                    .map(Stretch::to)
                    .filter(to -> !to.isAfter(place))
                    .filter(to -> view.segmentAt(branch, to.plus(-1)).isPresent())
                    .max(Comparator.naturalOrder())
                    .flatMap(to -> view.segmentAt(branch, to.plus(-1))));
  }
}
