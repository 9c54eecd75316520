package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A moment at which two timelines were written: a server that was given up had gone on, or one was
 * brought back to the past. The time alone does not say which of the two is meant.
 */
final class SharedTime {
  private final Journal journal;
  private final JournalView view;
  private final Timeline timeline;
  private final Branch branch;

  SharedTime(Journal journal, JournalView view, Timeline timeline) {
    this.journal = journal;
    this.view = view;
    this.timeline = timeline;
    this.branch = view.branch(timeline);
  }

  /** The timelines beside the way that went on at or behind a time, which is not common to both. */
  List<Timeline> others(Instant time) {
    return view.timelines().stream()
        .filter(other -> !other.equals(timeline))
        .filter(other -> parted(other).filter(at -> mayHaveGoneOn(other, at, time)).isPresent())
        .toList();
  }

  /** What cannot be read beside the way must not stand in it. */
  private boolean mayHaveGoneOn(Timeline other, Lsn parted, Instant time) {
    try {
      return wentOn(other, parted, time);
    } catch (Failure e) {
      return switch (e.code()) {
        case DAMAGED_OBJECT, OBJECT_MISSING, WAL_DAMAGED, WAL_HOLE -> false;
        default -> throw e;
      };
    }
  }

  private boolean wentOn(Timeline other, Lsn parted, Instant time) {
    boolean isCommon =
        lastCommon(parted).filter(commit -> !commit.time().isBefore(time)).isPresent();
    return !isCommon
        && view.end(other)
            .flatMap(end -> new WindowFinder(journal, view, other).lastCommit(end.plus(-1)))
            .filter(commit -> !commit.start().isBefore(parted))
            .filter(commit -> !commit.time().isBefore(time))
            .isPresent();
  }

  /** The last commit before the ways parted, in the middle of a segment. */
  private Optional<Commit> lastCommon(Lsn parted) {
    Lsn before = parted.plus(-1);
    Optional<SegmentName> segment = view.segmentAt(timeline, before);
    if (segment.isEmpty()) {
      return Optional.empty();
    }
    List<Commit> last = new ArrayList<>();
    new JournalWalk(journal, view, timeline)
        .some(
            segment.get().start(),
            parted,
            record -> {
              TransactionEnds.of(record)
                  .filter(WalEvent.TransactionEnd::committed)
                  .ifPresent(
                      end -> {
                        last.clear();
                        last.add(new Commit(end.time(), end.xid(), record.start(), record.end()));
                      });
              return true;
            });
    return last.stream()
        .findFirst()
        .or(
            () ->
                new WindowFinder(journal, view, timeline)
                    .lastCommit(segment.get().start().plus(-1)));
  }

  /** Where the way and that to another timeline part; empty: they have nothing in common. */
  private Optional<Lsn> parted(Timeline other) {
    Branch beside = view.branch(other);
    return branch.legs().stream()
        .flatMap(leg -> beside.leg(leg.timeline()).flatMap(its -> end(leg, its)).stream())
        .max(Comparator.naturalOrder());
  }

  /** The first of the positions at which a timeline was left. */
  private static Optional<Lsn> end(Branch.Leg one, Branch.Leg another) {
    return Stream.concat(one.until().stream(), another.until().stream())
        .min(Comparator.naturalOrder());
  }
}
