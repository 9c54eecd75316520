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
import java.util.List;
import java.util.Optional;

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
    Optional<Timeline> timeline =
        spool.segments().stream()
            .map(SegmentName::timeline)
            .reduce((a, b) -> b)
            .filter(t -> view.latestTimeline().filter(l -> l.compareTo(t) > 0).isEmpty())
            .or(view::latestTimeline);
    if (timeline.isEmpty()) {
      return;
    }
    Optional<Lsn> stored = view.end(timeline.get());
    List<SegmentName> files =
        spool.segments().stream().filter(s -> s.timeline().equals(timeline.get())).toList();
    Lsn at = stored.orElseGet(() -> files.getFirst().start());
    for (List<SegmentName> run : runs(at, timeline.get(), files)) {
      adopt(view, run, stored);
    }
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

  /** Segments that follow each other; the first run begins with the one that is growing. */
  private List<List<SegmentName>> runs(Lsn at, Timeline timeline, List<SegmentName> files) {
    SegmentName growing = SegmentName.containing(timeline, at, segmentSize);
    List<List<SegmentName>> runs = new ArrayList<>();
    runs.add(new ArrayList<>(List.of(growing)));
    for (SegmentName segment : files) {
      if (segment.compareTo(growing) <= 0) {
        continue;
      }
      if (runs.getLast().getLast().next().equals(segment)) {
        runs.getLast().add(segment);
      } else {
        runs.add(new ArrayList<>(List.of(segment)));
      }
    }
    return runs;
  }

  private void adopt(JournalView view, List<SegmentName> run, Optional<Lsn> stored) {
    SegmentName first = run.getFirst();
    List<SpoolFile> files = new ArrayList<>();
    run.forEach(segment -> files.add(spool.open(segment)));
    int chain = restore(view, files.getFirst());
    int[] lengths = trusted(files, chain);
    Position begin = new Position(first.timeline(), first.start());
    line.begin(
        stored
            .filter(s -> !s.isBefore(first.start()))
            .map(s -> new Position(first.timeline(), s))
            .orElse(begin));
    intake.jump(begin, before(view, first));
    for (int i = 0; i < files.size(); i++) {
      SpoolFile file = files.get(i);
      boolean follows = i == 0 || lengths[i - 1] == segmentSize;
      if (!follows || lengths[i] == 0) {
        file.delete();
        lengths[i] = 0;
      } else {
        file.truncate(lengths[i]);
        intake.adopt(file, lengths[i], i == 0 ? chain : 0);
      }
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

  /** How much of each file is whole records, or in the repository. */
  private int[] trusted(List<SpoolFile> files, int chain) {
    int[] lengths = new int[files.size()];
    Lsn start = files.getFirst().segment().start();
    WalWalk walk =
        new WalWalk(segmentSize, files.getFirst().segment().timeline(), start, record -> {});
    for (int i = 0; i < files.size(); i++) {
      SpoolFile file = files.get(i);
      int length = Math.min(file.length(), segmentSize);
      file.read(0, length, walk::feed);
      boolean whole = length == segmentSize && walk.state() instanceof WalState.Reading;
      Lsn reached = walk.lastWhole().map(RecordSpan::end).orElse(start);
      long trusted = Math.min(Math.max(0, reached.minus(file.segment().start())), length);
      lengths[i] = (int) Math.max(whole ? segmentSize : trusted, i == 0 ? chain : 0);
      if (lengths[i] < segmentSize) {
        break;
      }
    }
    return lengths;
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
}
