package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What WAL the repository had when it was listed. Holds stretches, not segments: its size does not
 * grow with the journal.
 */
public final class JournalView {
  private static final Timeline FIRST = new Timeline(1);

  private final int segmentSize;
  private final NavigableMap<Timeline, List<Stretch>> stretches;
  private final Map<SegmentName, TailChain> tails;
  private final NavigableMap<Timeline, TimelineHistory> histories;
  private final List<Hole> recorded;
  private final List<Position> seams;
  private final Optional<Heard> heard;
  private final List<Hole> cutTails;
  private final Map<Timeline, Lsn> removedBelow;

  /**
   * What was listed.
   *
   * @param removedBelow below which position of a timeline a cleanup may have removed WAL
   */
  JournalView(
      int segmentSize,
      NavigableMap<Timeline, List<Stretch>> stretches,
      Map<SegmentName, TailChain> tails,
      NavigableMap<Timeline, TimelineHistory> histories,
      List<Hole> recorded,
      List<Position> seams,
      Optional<Heard> heard,
      List<Hole> cutTails,
      Map<Timeline, Lsn> removedBelow) {
    this.segmentSize = segmentSize;
    this.stretches = stretches;
    this.tails = Map.copyOf(tails);
    this.histories = Collections.unmodifiableNavigableMap(new TreeMap<>(histories));
    this.recorded = List.copyOf(recorded);
    this.seams = List.copyOf(seams);
    this.heard = heard;
    this.cutTails = List.copyOf(cutTails);
    this.removedBelow = Map.copyOf(removedBelow);
  }

  /** The same, with damage that was found since. */
  public JournalView with(List<Hole> found) {
    List<Hole> all = new ArrayList<>(recorded);
    all.addAll(found);
    return new JournalView(
        segmentSize, stretches, tails, histories, all, seams, heard, cutTails, removedBelow);
  }

  /**
   * WAL behind the end of what there is, of which the repository tells that it once was there: by
   * pieces of a tail behind a gap, or by the mark of what was heard of the server.
   */
  public List<Hole> lostEnds() {
    List<Hole> lost = new ArrayList<>(cutTails);
    heard.ifPresent(
        mark -> {
          Lsn end = end(mark.timeline()).orElseGet(() -> begin(mark));
          if (end.isBefore(mark.end())) {
            lost.add(
                new Hole(
                    mark.timeline(),
                    end,
                    mark.end(),
                    Hole.Kind.MISSING,
                    "it was stored when the server was last heard"));
          }
        });
    return List.copyOf(lost);
  }

  /**
   * Where the timeline of a mark left its ancestor; when that is not known, just before its end.
   */
  private Lsn begin(Heard mark) {
    return Optional.ofNullable(histories.get(mark.timeline()))
        .map(TimelineHistory::begin)
        .orElse(mark.end().plus(-1));
  }

  /** Everything there is, by timeline and position. */
  public List<Stretch> stretches() {
    return stretches.values().stream().flatMap(List::stream).toList();
  }

  /** The stretches of one timeline, by position. */
  public List<Stretch> stretches(Timeline timeline) {
    return stretches.getOrDefault(timeline, List.of());
  }

  /** The timelines of which there is WAL, rising. */
  public List<Timeline> timelines() {
    return List.copyOf(stretches.keySet());
  }

  /** The newest timeline of which there is WAL. */
  public Optional<Timeline> latestTimeline() {
    return stretches.isEmpty() ? Optional.empty() : Optional.of(stretches.lastKey());
  }

  /** The timelines of which there is WAL, or was when the server was last heard; rising. */
  public List<Timeline> writtenTimelines() {
    return Stream.concat(stretches.keySet().stream(), heard.map(Heard::timeline).stream())
        .sorted()
        .distinct()
        .toList();
  }

  /** The newest timeline of which there is WAL, or was when the server was last heard. */
  public Optional<Timeline> newestTimeline() {
    List<Timeline> all = writtenTimelines();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /** The histories the repository has, by timeline. */
  public Map<Timeline, TimelineHistory> histories() {
    return histories;
  }

  /**
   * The histories of all timelines but the first that are known. Of an ancestor that has no file it
   * follows from its children's; where nothing tells, a timeline is taken as having no ancestors.
   */
  public Collection<TimelineHistory> allHistories() {
    NavigableMap<Timeline, TimelineHistory> all = new TreeMap<>();
    for (Timeline timeline : stretches.tailMap(FIRST, false).keySet()) {
      all.put(timeline, new TimelineHistory(timeline, List.of()));
    }
    for (TimelineHistory history : histories.values()) {
      List<TimelineHistory.Switch> ancestors = history.ancestors();
      for (int i = 1; i < ancestors.size(); i++) {
        Timeline ancestor = ancestors.get(i).parent();
        all.put(ancestor, new TimelineHistory(ancestor, ancestors.subList(0, i)));
      }
    }
    all.putAll(histories);
    return List.copyOf(all.values());
  }

  /** The first position behind everything there is of a timeline. */
  public Optional<Lsn> end(Timeline timeline) {
    List<Stretch> all = stretches(timeline);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast().to());
  }

  /**
   * Whether everything from {@code from} to before {@code to} is there, on the way to a timeline.
   */
  public boolean covers(Timeline branch, Lsn from, Lsn to) {
    return !contiguousEnd(branch, from).isBefore(to);
  }

  /**
   * How far WAL reaches from {@code from} without a break on the way to a timeline; {@code from}
   * itself when the byte there is missing.
   */
  public Lsn contiguousEnd(Timeline branch, Lsn from) {
    Branch way = branch(branch);
    Lsn reached = from;
    while (true) {
      Lsn next = step(way, reached);
      if (!next.isAfter(reached)) {
        return reached;
      }
      reached = next;
    }
  }

  private Lsn step(Branch way, Lsn at) {
    for (Branch.Leg leg : way.legs()) {
      boolean onLeg = !at.isBefore(leg.from().segmentStart(segmentSize));
      Optional<Stretch> stretch = onLeg ? stretchAt(leg.timeline(), at) : Optional.empty();
      if (stretch.isPresent()) {
        Lsn to = stretch.get().to();
        Lsn end = leg.until().filter(until -> until.isBefore(to)).orElse(to);
        if (end.isAfter(at)) {
          return end;
        }
      }
    }
    return at;
  }

  /** The stretch that has the byte at {@code lsn}. */
  Optional<Stretch> stretchAt(Timeline timeline, Lsn lsn) {
    return stretches(timeline).stream().filter(s -> s.contains(lsn)).findFirst();
  }

  /**
   * The segment object or tail that has a position on the way to a timeline. The newest timeline
   * that has it wins: its segment begins with a copy of its ancestor's bytes.
   */
  public Optional<SegmentName> segmentAt(Timeline branch, Lsn lsn) {
    for (Branch.Leg leg : branch(branch).legs()) {
      boolean onLeg = !lsn.isBefore(leg.from().segmentStart(segmentSize));
      if (onLeg && stretchAt(leg.timeline(), lsn).isPresent()) {
        return Optional.of(SegmentName.containing(leg.timeline(), lsn, segmentSize));
      }
    }
    return Optional.empty();
  }

  /** How many bytes of a segment there are, from its start. */
  public int length(SegmentName segment) {
    return stretchAt(segment.timeline(), segment.start())
        .map(s -> (int) Math.min(s.to().minus(segment.start()), segmentSize))
        .orElse(0);
  }

  /** The pieces of a segment that is not finished. */
  Optional<TailChain> tail(SegmentName segment) {
    return Optional.ofNullable(tails.get(segment));
  }

  /** The way to a timeline. One without a history file is taken as having no ancestors. */
  Branch branch(Timeline timeline) {
    TimelineHistory history = histories.get(timeline);
    return Branch.of(history != null ? history : new TimelineHistory(timeline, List.of()));
  }

  /** Until when the server was seen not to have written anything behind the journal's end. */
  Optional<Heard> heard() {
    return heard;
  }

  /**
   * Missing stretches between what there is, and damage; by timeline and position. What a cleanup
   * removed is none, nor is damage in it.
   */
  public List<Hole> holes() {
    List<Hole> holes = new ArrayList<>();
    for (Timeline timeline : stretches.keySet()) {
      gaps(timeline).forEach(gap -> holes.add(withReason(gap)));
      recorded.stream()
          .filter(h -> h.kind() == Hole.Kind.DAMAGED && h.timeline().equals(timeline))
          .filter(h -> !isBelow(timeline, h.to()) || isThere(h))
          .forEach(holes::add);
    }
    holes.sort((a, b) -> a.timeline().equals(b.timeline()) ? a.from().compareTo(b.from()) : 0);
    return List.copyOf(holes);
  }

  /** Holes on record with nothing stored behind them yet: no stretch shows that they are there. */
  List<Hole> holesAtEnd() {
    return recorded.stream()
        .filter(hole -> hole.kind() == Hole.Kind.MISSING)
        .filter(hole -> end(hole.timeline()).filter(end -> !hole.from().isBefore(end)).isPresent())
        .toList();
  }

  /**
   * Missing stretches near the end of the newest timeline that no record explains: a segment that
   * is on its way may fill them.
   */
  List<Hole> unexplained() {
    return newestTimeline().stream()
        .filter(stretches::containsKey)
        .flatMap(timeline -> gaps(timeline).stream())
        .filter(gap -> end(gap.timeline()).orElse(gap.to()).minus(gap.to()) < onTheWay())
        .filter(gap -> !isRecordedHole(gap.timeline(), gap.from(), gap.to()))
        .toList();
  }

  /**
   * Bytes of WAL that may be stored side by side: of as many segments as nobody uploads at once.
   */
  private long onTheWay() {
    return 64L * segmentSize;
  }

  private List<Hole> gaps(Timeline timeline) {
    List<Hole> gaps = new ArrayList<>();
    List<Stretch> all = stretches(timeline);
    for (int i = 1; i < all.size(); i++) {
      gaps.add(missing(timeline, all.get(i - 1).to(), all.get(i).from()));
    }
    gaps.removeIf(gap -> isBelow(timeline, gap.to()));
    forkGap(timeline).ifPresent(gaps::add);
    return gaps;
  }

  /** Whether a cleanup may have removed everything before a position. */
  private boolean isBelow(Timeline timeline, Lsn position) {
    return Optional.ofNullable(removedBelow.get(timeline))
        .filter(below -> !below.isBefore(position))
        .isPresent();
  }

  private boolean isThere(Hole hole) {
    return stretches(hole.timeline()).stream().anyMatch(s -> hole.touches(s.from(), s.to()));
  }

  /** What is missing between this timeline's end and the start of what was forked off it. */
  private Optional<Hole> forkGap(Timeline timeline) {
    for (Timeline child : stretches.tailMap(timeline, false).keySet()) {
      Branch way = branch(child);
      boolean next = way.after(timeline).filter(l -> l.timeline().equals(child)).isPresent();
      Lsn begin = stretches(child).getFirst().from();
      Lsn end = stretches(timeline).getLast().to();
      if (next && end.isBefore(begin) && !isBelow(timeline, begin) && !isBelow(child, begin)) {
        return Optional.of(missing(timeline, end, begin));
      }
    }
    return Optional.empty();
  }

  private static Hole missing(Timeline timeline, Lsn from, Lsn to) {
    return new Hole(timeline, from, to, Hole.Kind.MISSING, "the repository does not have it");
  }

  /** Whether it was recorded that WAL is missing somewhere between two positions. */
  boolean isRecordedHole(Timeline timeline, Lsn from, Lsn to) {
    return recorded.stream()
        .anyMatch(
            h ->
                h.kind() == Hole.Kind.MISSING
                    && h.timeline().equals(timeline)
                    && h.touches(from, to));
  }

  /**
   * Whether what is missing up to {@code to} is no matter of the server's any more: a hole on
   * record, or WAL that a cleanup removed.
   */
  boolean isExplained(Timeline timeline, Lsn from, Lsn to) {
    return isBelow(timeline, to) || isRecordedHole(timeline, from, to);
  }

  /**
   * Where indexes begin anew that were made without what lies before, on the way to a timeline:
   * behind recorded holes, healed ones too, and at seams; rising.
   */
  List<Lsn> fresh(Timeline timeline) {
    Branch way = branch(timeline);
    Stream<Lsn> behindHoles =
        recorded.stream()
            .filter(h -> h.kind() == Hole.Kind.MISSING && way.leg(h.timeline()).isPresent())
            .map(Hole::to);
    Stream<Lsn> atSeams =
        seams.stream().filter(s -> way.leg(s.timeline()).isPresent()).map(Position::lsn);
    return Stream.concat(behindHoles, atSeams).sorted().distinct().toList();
  }

  /** Whether the index of a segment may have been made without what lies before. */
  boolean isFresh(SegmentName segment) {
    return fresh(segment.timeline()).contains(segment.start());
  }

  private Hole withReason(Hole gap) {
    return recorded.stream()
        .filter(h -> h.kind() == Hole.Kind.MISSING && h.timeline().equals(gap.timeline()))
        .filter(h -> h.touches(gap.from(), gap.to()))
        .findFirst()
        .map(h -> new Hole(gap.timeline(), gap.from(), gap.to(), gap.kind(), h.reason()))
        .orElse(gap);
  }
}
