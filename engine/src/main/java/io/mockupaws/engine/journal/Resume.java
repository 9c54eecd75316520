package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds where an earlier process left off, from the repository and the spool, and puts the line and
 * the intake there. Of the two the repository is right: a spool that differs, after a power cut or
 * because it is another's, is overwritten. What only the spool has is kept as far as its records
 * are whole.
 */
final class Resume {
  private static final int READ_BYTES = 256 * 1024;

  private final Journal journal;
  private final Spool spool;
  private final Line line;
  private final Intake intake;
  private final KnownSegments known;
  private final int segmentSize;

  Resume(Journal journal, Spool spool, Line line, Intake intake, KnownSegments known) {
    this.journal = journal;
    this.spool = spool;
    this.line = line;
    this.intake = intake;
    this.known = known;
    this.segmentSize = journal.segmentSize();
  }

  /** Leaves the intake without an end when there is no WAL anywhere. */
  void run(JournalView view) {
    removeUseless(view);
    List<SegmentName> spooled = spool.segments();
    TreeSet<Timeline> timelines = new TreeSet<>();
    spooled.forEach(segment -> timelines.add(segment.timeline()));
    view.latestTimeline().ifPresent(timelines::add);
    for (Timeline timeline : timelines) {
      TreeSet<SegmentName> wanted = new TreeSet<>();
      spooled.stream().filter(s -> s.timeline().equals(timeline)).forEach(wanted::add);
      boolean newest = timeline.equals(timelines.last());
      if (newest) {
        wanted.addAll(fromFirstGap(view, timeline));
      }
      adopt(view, runs(wanted), newest);
    }
  }

  /**
   * The segments from the first gap on that is neither on record as a hole nor made by a cleanup,
   * up to the growing one. Segments become objects several at once: an earlier process may have
   * ended with a later one stored and one before it in the spool alone.
   */
  private List<SegmentName> fromFirstGap(JournalView view, Timeline timeline) {
    List<Stretch> stretches = view.stretches(timeline);
    List<SegmentName> segments = new ArrayList<>();
    if (stretches.isEmpty()) {
      return segments;
    }
    int last = stretches.size() - 1;
    while (last > 0
        && !view.isExplained(timeline, stretches.get(last - 1).to(), stretches.get(last).from())) {
      last--;
    }
    SegmentName growing = SegmentName.containing(timeline, stretches.getLast().to(), segmentSize);
    SegmentName segment = SegmentName.containing(timeline, stretches.get(last).to(), segmentSize);
    for (; segment.compareTo(growing) <= 0; segment = segment.next()) {
      segments.add(segment);
    }
    return segments;
  }

  /**
   * A file whose segment is in the repository, finished, was not removed in time. One of a timeline
   * whose history is not stored was received from a server that had not been compared yet.
   */
  private void removeUseless(JournalView view) {
    for (SegmentName segment : spool.segments()) {
      boolean finished = view.length(segment) == segmentSize && view.tail(segment).isEmpty();
      boolean unproven =
          segment.timeline().id() != 1 && !view.histories().containsKey(segment.timeline());
      if (finished || unproven) {
        spool.open(segment).delete();
      }
    }
  }

  /** Segments that follow each other. */
  private static List<List<SegmentName>> runs(Collection<SegmentName> segments) {
    List<List<SegmentName>> runs = new ArrayList<>();
    for (SegmentName segment : segments) {
      if (runs.isEmpty() || !runs.getLast().getLast().next().equals(segment)) {
        runs.add(new ArrayList<>());
      }
      runs.getLast().add(segment);
    }
    return runs;
  }

  /**
   * Takes over one run after the other. On the newest timeline what lies behind a gap that is not
   * explained is not taken over: nothing of it was reported as flushed, so the server has it still.
   */
  private void adopt(JournalView view, List<List<SegmentName>> runs, boolean newest) {
    Optional<Lsn> reached = Optional.empty();
    for (List<SegmentName> run : runs) {
      Lsn begin = run.getFirst().start();
      boolean open =
          newest
              && reached
                  .filter(at -> !view.isExplained(run.getFirst().timeline(), at, begin))
                  .isPresent();
      if (open) {
        run.forEach(segment -> spool.open(segment).delete());
      } else {
        adopt(view, run);
        reached = intake.end().map(Position::lsn);
      }
    }
  }

  private void adopt(JournalView view, List<SegmentName> run) {
    SegmentName first = run.getFirst();
    Position begin = new Position(first.timeline(), first.start());
    line.begin(begin);
    List<SegmentName> before = before(view, first);
    intake.jump(begin, before, before.isEmpty() ? earlier(view, first) : Optional.empty());
    WalWalk walk = new WalWalk(segmentSize, first.timeline(), first.start(), record -> {});
    boolean follows = true;
    for (SegmentName segment : run) {
      if (!(walk.state() instanceof WalState.Reading)) {
        walk = new WalWalk(segmentSize, segment.timeline(), segment.start(), record -> {});
      }
      SpoolFile file = spool.open(segment);
      int chain = follows ? restore(view, file) : 0;
      int length = follows ? trusted(file, chain, walk) : 0;
      if (length == 0) {
        file.delete();
      } else {
        file.truncate(length);
        intake.adopt(file, length, chain);
      }
      follows = length == segmentSize;
    }
  }

  /** Writes what the repository has of the growing segment over the file; how many bytes. */
  private int restore(JournalView view, SpoolFile file) {
    int length = view.length(file.segment());
    if (length == 0) {
      return 0;
    }
    int had = file.length();
    boolean same = true;
    byte[] buffer = new byte[READ_BYTES];
    int at = 0;
    try (InputStream in = journal.open(view, file.segment())) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        same &= had >= at + count && isSame(file, at, buffer, count);
        file.write(at, ByteBuffer.wrap(buffer, 0, count));
        at += count;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!same) {
      file.truncate(length);
    }
    return length;
  }

  private static boolean isSame(SpoolFile file, int at, byte[] bytes, int count) {
    ByteBuffer ours = ByteBuffer.allocate(count);
    file.read(at, at + count, ours::put);
    return ours.flip().equals(ByteBuffer.wrap(bytes, 0, count));
  }

  /** How much of a file is whole records, or in the repository. */
  private int trusted(SpoolFile file, int chain, WalWalk walk) {
    int length = Math.min(file.length(), segmentSize);
    file.read(0, length, walk::feed);
    if (length == segmentSize && walk.state() instanceof WalState.Reading) {
      return segmentSize;
    }
    Lsn start = file.segment().start();
    Lsn reached = walk.lastWhole().map(RecordSpan::end).orElse(start);
    long whole = Math.min(Math.max(0, reached.minus(start)), length);
    return (int) Math.max(whole, chain);
  }

  /** The finished segments to walk first, so that a record that goes on in ours is seen whole. */
  private List<SegmentName> before(JournalView view, SegmentName first) {
    List<SegmentName> before = new ArrayList<>();
    Optional<SegmentName> at = previous(view, first);
    while (at.isPresent()) {
      before.addFirst(at.get());
      SegmentName segment = at.get();
      boolean begins =
          known.index(segment).filter(index -> beginsRecord(segment, index)).isPresent();
      at = begins ? Optional.empty() : previous(view, segment);
    }
    return before;
  }

  private static boolean beginsRecord(SegmentName segment, SegmentIndex index) {
    return index
        .first()
        .map(span -> span.start().isBefore(segment.start()) ? span.end() : span.start())
        .filter(start -> start.isBefore(segment.end()))
        .isPresent();
  }

  private Optional<SegmentName> previous(JournalView view, SegmentName segment) {
    return segment.number() == 0
        ? Optional.empty()
        : view.segmentAt(segment.timeline(), segment.start().plus(-1))
            .filter(s -> view.length(s) == segmentSize);
  }

  /** What is known at the end of the nearest segment before, whatever is missing in between. */
  private Optional<SegmentIndex> earlier(JournalView view, SegmentName first) {
    return view.stretches(first.timeline()).stream()
        .map(Stretch::to)
        .filter(end -> !end.isAfter(first.start()))
        .reduce((a, b) -> b)
        .flatMap(end -> view.segmentAt(first.timeline(), end.plus(-1)))
        .map(segment -> journal.index(view, segment));
  }
}
