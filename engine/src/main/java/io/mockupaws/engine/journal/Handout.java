package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.Member;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Gives WAL out as files, as {@code restore_command} asks for it. PostgreSQL takes what is not
 * there, and what cannot be read, for the end of history and promotes; so "not there" is said only
 * of what lies behind the end of everything there is, and the rest is an error.
 */
public final class Handout {
  private static final int COPY_BYTES = 256 * 1024;

  private final ClusterRepository repository;
  private final KnownSegments known;
  private final Journal journal;

  /** Of a cluster's journal. */
  public Handout(ClusterRepository repository) {
    this.repository = repository;
    this.known = new KnownSegments(repository, new Line());
    this.journal = new Journal(repository);
  }

  /**
   * A timeline's history file; empty when it is not there for sure.
   *
   * @throws Failure STORE_UNREACHABLE where a store that is away may have it; WAL_HOLE where there
   *     is WAL of the timeline: a recovery would go by without it
   */
  public Optional<byte[]> history(Timeline timeline) {
    Optional<byte[]> content = known.history(timeline);
    if (content.isEmpty()) {
      demandEveryStore(timeline.historyFileName());
      // The first timeline has none, and PostgreSQL asks for it all the same when it promotes
      // (writeTimeLineHistory in timeline.c).
      if (timeline.id() != 1 && journal.view().writtenTimelines().contains(timeline)) {
        throw new Failure(
            ErrorCode.WAL_HOLE,
            "the repository lacks "
                + timeline.historyFileName()
                + ", and has WAL of timeline "
                + timeline,
            "Bring it in from pg_wal of a server that is or was on it: mockupaws wal push"
                + " PATH/pg_wal/"
                + timeline.historyFileName());
      }
    }
    return content;
  }

  /** What a store has that cannot be asked is not "not there". */
  private void demandEveryStore(String file) {
    for (Member member : repository.store().members()) {
      if (member.away().isPresent()) {
        throw new Failure(
            ErrorCode.STORE_UNREACHABLE,
            "nobody knows whether "
                + file
                + " is there: the store "
                + member.address()
                + " cannot be asked: "
                + member.away().get().what(),
            "Start the server again once it can. If that store is lost for good, name the others"
                + " alone in BACKUP_REPOSITORY: the recovery then ends with what they have.");
      }
    }
  }

  /**
   * Writes a segment in full size. Of the one that is still growing its whole records, and zeros
   * behind: PostgreSQL refuses a shorter file.
   *
   * @return false when it is not there for sure: it lies behind the end of its timeline, or before
   *     its beginning on the parent
   * @throws Failure WAL_HOLE, WAL_DAMAGED where a recovery would stop too early; STORE_UNREACHABLE
   *     where a store that is away may have it
   */
  public boolean segment(SegmentName segment, OutputStream to) {
    return finished(segment, to) || listed(segment, to);
  }

  /**
   * Writes a segment that is one object, without a look at the others; false when it is not.
   *
   * @throws Failure WAL_DAMAGED
   */
  public boolean finished(SegmentName segment, OutputStream to) {
    if (!known.isStored(segment)) {
      return false;
    }
    Optional<Lsn> damage = known.index(segment).flatMap(SegmentIndex::damage);
    if (damage.isPresent()) {
      throw damaged(segment, damage.get());
    }
    copy(segment, segment.segmentSize(), segment.segmentSize(), to);
    return true;
  }

  private boolean listed(SegmentName segment, OutputStream to) {
    JournalView view = journal.view();
    if (hole(view, segment).isPresent() || isLost(view, segment)) {
      view = journal.settledView(); // what is on its way is no hole
    }
    int length = view.length(segment);
    if (length == 0) {
      Optional<Hole> hole = hole(view, segment);
      if (hole.isPresent() || isLost(view, segment)) {
        throw new Failure(
            ErrorCode.WAL_HOLE,
            "the repository lacks the WAL segment "
                + segment
                + hole.map(h -> ": " + h.reason()).orElse("")
                + ", and has WAL behind it",
            "See with mockupaws wal gaps what is missing. Recover to a moment before it, or from a"
                + " backup taken behind it.");
      }
      demandEveryStore(segment.fileName());
      return false;
    }
    if (length == segment.segmentSize() && view.tail(segment).isEmpty()) {
      return finished(segment, to);
    }
    Optional<Hole> hole = hole(view, segment);
    if (hole.isPresent()) {
      throw new Failure(
          ErrorCode.WAL_HOLE,
          "the WAL segment " + segment + " cannot be read to its end: " + hole.get().reason(),
          "Recover to a moment before it with mockupaws restore.");
    }
    SegmentIndex index = journal.index(view, segment);
    int whole =
        index
            .last()
            .map(RecordSpan::end)
            .map(end -> (int) end.minus(segment.start()))
            .filter(end -> end > 0 && end < length)
            .orElse(length);
    copy(segment, length, whole, to);
    return true;
  }

  private static Failure damaged(SegmentName segment, Lsn at) {
    return new Failure(
        ErrorCode.WAL_DAMAGED,
        "the WAL segment "
            + segment
            + " has a broken record at "
            + at
            + ", where PostgreSQL would"
            + " take it for the end of history",
        "Recover to a moment before it with mockupaws restore, or from a backup taken behind it.");
  }

  /** What is known to be missing or broken in a segment. */
  private static Optional<Hole> hole(JournalView view, SegmentName segment) {
    return java.util.stream.Stream.concat(view.holes().stream(), view.lostEnds().stream())
        .filter(hole -> hole.timeline().equals(segment.timeline()))
        .filter(hole -> hole.touches(segment.start(), segment.end()))
        .findFirst();
  }

  /** Whether WAL was written there that nobody has: a timeline began or was left behind it. */
  private static boolean isLost(JournalView view, SegmentName segment) {
    Timeline timeline = segment.timeline();
    boolean lateBeginning =
        Optional.ofNullable(view.histories().get(timeline))
                .filter(own -> own.begin().isBefore(segment.end()))
                .isPresent()
            && view.stretches(timeline).stream()
                .anyMatch(stretch -> !stretch.from().isBefore(segment.end()));
    return lateBeginning
        || view.histories().values().stream()
            .anyMatch(history -> wasLeftBehind(view, history, segment));
  }

  private static boolean wasLeftBehind(
      JournalView view, TimelineHistory history, SegmentName segment) {
    Optional<Lsn> left = history.leftAt(segment.timeline());
    Timeline child = left.map(history::timelineAt).orElse(history.timeline());
    boolean journalBegan =
        view.stretches().stream().anyMatch(s -> s.from().isBefore(segment.end()));
    return left.filter(segment.start()::isBefore).isPresent()
        && journalBegan
        && view.length(new SegmentName(child, segment.number(), segment.segmentSize())) == 0;
  }

  /** Writes {@code whole} bytes of {@code length} and zeros up to full size. */
  private void copy(SegmentName segment, int length, int whole, OutputStream to) {
    byte[] buffer = new byte[COPY_BYTES];
    int at = 0;
    try (InputStream in = new SegmentInput(repository, segment, length, tail(segment))) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        Arrays.fill(buffer, Math.clamp(whole - (long) at, 0, count), count, (byte) 0);
        to.write(buffer, 0, count);
        at += count;
      }
      Arrays.fill(buffer, (byte) 0);
      for (; at < segment.segmentSize(); at += Math.min(COPY_BYTES, segment.segmentSize() - at)) {
        to.write(buffer, 0, Math.min(COPY_BYTES, segment.segmentSize() - at));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<TailChain> tail(SegmentName segment) {
    TailChain tail = known.tail(segment);
    return tail.end() > 0 && !known.isStored(segment) ? Optional.of(tail) : Optional.empty();
  }
}
