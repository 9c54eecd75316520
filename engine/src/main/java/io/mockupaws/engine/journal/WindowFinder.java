package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what can be recovered on the way to one timeline. */
final class WindowFinder {
  /**
   * A commit's time is taken shortly before its record is written: what was heard of the server's
   * clock speaks only for times a little earlier.
   */
  static final Duration HEARD_MARGIN = Duration.ofSeconds(1);

  private final Journal journal;
  private final JournalView view;
  private final Timeline timeline;
  private final Branch branch;

  WindowFinder(Journal journal, JournalView view, Timeline timeline) {
    this.journal = journal;
    this.view = view;
    this.timeline = timeline;
    this.branch = view.branch(timeline);
  }

  List<Window.Range> ranges(List<ManifestHead> backups) {
    List<Window.Range> ranges = new ArrayList<>();
    backups.stream()
        .filter(this::usable)
        .sorted(Comparator.comparing(ManifestHead::stop))
        .forEach(backup -> add(ranges, range(backup)));
    return ranges;
  }

  Window window(List<ManifestHead> backups) {
    List<Window.Range> ranges = ranges(backups);
    List<Hole> holes =
        Stream.concat(view.holes().stream(), view.lostEnds().stream())
            .filter(this::isOnTheWay)
            .toList();
    return new Window(timeline, ranges, lastCommit(), holes);
  }

  /**
   * The holes on record behind which none of the backups begins. WAL that is on its way may look as
   * one, but is on no record.
   */
  List<Hole> uncovered(List<ManifestHead> backups) {
    List<ManifestHead> usable = backups.stream().filter(this::usable).toList();
    return Stream.concat(view.holes().stream(), view.holesAtEnd().stream())
        .filter(this::isOnTheWay)
        .filter(this::isOnRecord)
        .filter(hole -> usable.stream().allMatch(backup -> backup.start().isBefore(endOf(hole))))
        .toList();
  }

  /** What lies behind the fork that the way took is of no use to it, missing or not. */
  private Lsn endOf(Hole hole) {
    return branch
        .leg(hole.timeline())
        .flatMap(Branch.Leg::until)
        .filter(until -> until.isBefore(hole.to()))
        .orElse(hole.to());
  }

  private boolean isOnRecord(Hole hole) {
    return switch (hole.kind()) {
      case DAMAGED -> true;
      case MISSING -> view.isRecordedHole(hole.timeline(), hole.from(), hole.to());
    };
  }

  private boolean isOnTheWay(Hole hole) {
    return branch
        .leg(hole.timeline())
        .filter(leg -> leg.until().filter(until -> !hole.from().isBefore(until)).isEmpty())
        .isPresent();
  }

  /**
   * Whether a position is the end of all there was on the way: nothing lies behind it, and nothing
   * that lay there was lost.
   */
  boolean isEnd(Lsn position) {
    return view.end(timeline).filter(end -> !end.isAfter(position)).isPresent()
        && view.lostEnds().stream()
            .noneMatch(hole -> isOnTheWay(hole) && hole.to().isAfter(position));
  }

  /** Whether a backup can be recovered to its own end, and lies on this branch. */
  private boolean usable(ManifestHead backup) {
    return branch
            .leg(backup.timeline())
            .filter(leg -> leg.until().filter(until -> until.isBefore(backup.stop())).isEmpty())
            .isPresent()
        && !limit(backup.start()).isBefore(backup.stop());
  }

  /** How far WAL can be replayed from a position: to the first gap or damaged record. */
  Lsn limit(Lsn from) {
    Lsn end = view.contiguousEnd(timeline, from);
    for (Hole hole : view.holes()) {
      if (isOnTheWay(hole) && hole.to().isAfter(from) && hole.from().isBefore(end)) {
        end = Lsn.max(from, hole.from());
      }
    }
    return end;
  }

  /** Where the holes end that begin at a position or reach over it; itself where there are none. */
  Lsn behindHoles(Lsn at) {
    Lsn reached = at;
    for (Hole hole : view.holes()) {
      if (isOnTheWay(hole) && !hole.from().isAfter(reached) && hole.to().isAfter(reached)) {
        reached = hole.to();
      }
    }
    return reached;
  }

  /** What lay behind the end of the way's WAL and is gone. */
  List<Hole> lostEnds() {
    return view.lostEnds().stream().filter(this::isOnTheWay).toList();
  }

  private Window.Range range(ManifestHead backup) {
    Lsn limit = limit(backup.start());
    Moment from = new Moment(backup.stoppedAt(), backup.stop());
    return new Window.Range(from, end(from, limit));
  }

  private Moment end(Moment from, Lsn limit) {
    Optional<SegmentName> segment = view.segmentAt(timeline, limit.plus(-1));
    if (segment.isEmpty()) {
      return from;
    }
    SegmentIndex index = journal.index(view, segment.get());
    Lsn lsn = wholeEnd(index, limit).filter(e -> e.isAfter(from.lsn())).orElse(limit);
    Instant time =
        new Sums(journal, view, timeline)
            .latestEnd(from.lsn(), segment.get())
            .filter(t -> t.isAfter(from.time()))
            .orElse(from.time());
    Instant heard = heardUntil(lsn).filter(t -> t.isAfter(time)).orElse(time);
    return new Moment(heard, Lsn.max(from.lsn(), lsn));
  }

  /**
   * Where the last record ends that a segment has whole. A segment switch ends with its segment:
   * before the zeros behind it are there, it is not the last.
   */
  static Optional<Lsn> wholeEnd(SegmentIndex index, Lsn limit) {
    return index.last().map(span -> span.end().isAfter(limit) ? span.start() : span.end());
  }

  /** Until when nothing was written behind a position, if that was seen and it is the end. */
  Optional<Instant> heardUntil(Lsn lastRecordEnd) {
    return view.heard()
        .filter(heard -> heard.timeline().equals(timeline))
        .filter(heard -> !heard.end().isBefore(lastRecordEnd))
        .filter(heard -> view.end(timeline).filter(heard.end()::equals).isPresent())
        .map(heard -> heard.at().minus(HEARD_MARGIN));
  }

  private static void add(List<Window.Range> ranges, Window.Range range) {
    if (!ranges.isEmpty() && !ranges.getLast().to().lsn().isBefore(range.from().lsn())) {
      Window.Range before = ranges.removeLast();
      boolean farther = range.to().lsn().isAfter(before.to().lsn());
      ranges.add(new Window.Range(before.from(), farther ? range.to() : before.to()));
    } else {
      ranges.add(range);
    }
  }

  /** The newest commit on the way to the timeline. */
  private Optional<Commit> lastCommit() {
    return view.end(timeline).flatMap(end -> lastCommit(end.plus(-1)));
  }

  /**
   * The last commit of the segment that has a position, or of one before it. Of a span of segments
   * with one sum a few indexes are read, however long nobody committed.
   */
  Optional<Commit> lastCommit(Lsn at) {
    Optional<SegmentName> segment = view.segmentAt(timeline, at);
    while (segment.isPresent()) {
      SegmentName last = segment.get();
      SegmentIndex index = journal.index(view, last);
      if (index.lastCommit().isPresent() || last.number() == 0) {
        return index.lastCommit();
      }
      SegmentName newest = newestGrowth(spanBegin(last), last, index.commitsSoFar());
      boolean isFarther = newest.number() < last.number();
      segment = isFarther ? Optional.of(newest) : view.segmentAt(timeline, last.start().plus(-1));
    }
    return Optional.empty();
  }

  /** The first segment of which on to {@code last} the indexes carry one sum. */
  private SegmentName spanBegin(SegmentName last) {
    Lsn begin =
        Stream.concat(
                view.stretchAt(last.timeline(), last.start()).map(Stretch::from).stream(),
                view.fresh(timeline).stream().filter(place -> place.isBefore(last.end())))
            .max(Comparator.naturalOrder())
            .orElse(last.start());
    return SegmentName.containing(last.timeline(), begin, journal.segmentSize());
  }

  /**
   * The last segment of a span with which the number of commits grew, or the span's first. One that
   * cannot be read is not needed where the commit lies behind it: it is taken for one before.
   */
  private SegmentName newestGrowth(SegmentName first, SegmentName last, long commits) {
    long low = first.number();
    long high = last.number();
    long step = 1;
    boolean passed = false;
    while (low < high) {
      // mostly it is near: the steps back grow until one went too far
      long middle = passed ? low + (high - low) / 2 : Math.max(low, high - step);
      if (hasSum(new SegmentName(last.timeline(), middle, journal.segmentSize()), commits)) {
        high = middle;
        step *= 2;
      } else {
        low = middle + 1;
        passed = true;
      }
    }
    return new SegmentName(last.timeline(), high, journal.segmentSize());
  }

  private boolean hasSum(SegmentName segment, long commits) {
    try {
      return journal.index(view, segment).commitsSoFar() == commits;
    } catch (Failure e) {
      if (e.code() == ErrorCode.DAMAGED_OBJECT || e.code() == ErrorCode.OBJECT_MISSING) {
        return false;
      }
      throw e;
    }
  }
}
