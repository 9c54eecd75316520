package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.TimelineHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the segments that a record may begin in which goes on in a given one. */
final class Before {
  private final KnownSegments known;

  Before(KnownSegments known) {
    this.known = known;
  }

  /**
   * Whole segments without a gap, the last of them right before the given one, the first of them
   * with the beginning of a record; empty when the journal lacks the one right before.
   */
  List<SegmentName> of(SegmentName segment, TimelineHistory history) {
    List<SegmentName> before = new ArrayList<>();
    Optional<SegmentName> at = whole(segment, history);
    while (at.isPresent()) {
      before.addFirst(at.get());
      SegmentName found = at.get();
      boolean begins = known.index(found).filter(index -> beginsRecord(found, index)).isPresent();
      at = begins ? Optional.empty() : whole(found, history);
    }
    return before;
  }

  private Optional<SegmentName> whole(SegmentName segment, TimelineHistory history) {
    return previous(segment, history)
        .filter(
            name -> known.index(name).filter(i -> i.length() == name.segmentSize()).isPresent());
  }

  /** The segment right before, on the timeline's own way. */
  static Optional<SegmentName> previous(SegmentName segment, TimelineHistory history) {
    return segment.number() == 0
        ? Optional.empty()
        : Optional.of(
            SegmentName.containing(
                history.timelineAt(segment.start().plus(-1)),
                segment.start().plus(-1),
                segment.segmentSize()));
  }

  private static boolean beginsRecord(SegmentName segment, SegmentIndex index) {
    return index
        .first()
        .map(span -> span.start().isBefore(segment.start()) ? span.end() : span.start())
        .filter(start -> start.isBefore(segment.end()))
        .isPresent();
  }
}
