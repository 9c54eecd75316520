package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.core.wal.WalDamage;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What received WAL passes through, in this order: compared with what we have, written to the
 * spool, walked record by record. It outlives connections.
 *
 * <p>Used by one thread at a time; {@link #tail} and what tells how it stands by any. They wait
 * while the disk is slow, but for {@link #isCompared}.
 */
final class Intake {
  private static final int READ_BYTES = 256 * 1024;
  private static final int ONE_PAGE = 8192;

  /** A segment's bytes up to {@code length}, and what their records say. */
  record Tail(OpenSegment segment, int length, SegmentIndex index) {}

  private final Spool spool;
  private final Line line;
  private final KnownSegments known;
  private final int segmentSize;
  private final Consumer<Hole> damaged;
  private final IndexBuilder builder = new IndexBuilder();
  private final SegmentChanges changes = new SegmentChanges();
  private final WalSink records =
      record -> {
        builder.record(record);
        changes.record(record);
      };

  private Optional<OpenSegment> current = Optional.empty();
  private Optional<WalWalk> walk = Optional.empty();
  private Optional<Position> end = Optional.empty();
  private Optional<Comparison> comparison = Optional.empty();
  private Optional<Comparison> forked = Optional.empty();
  private volatile boolean compared = true;
  private Optional<SegmentName> damageIn = Optional.empty();

  /** Whether the connection's server was compared by no more than page headers. */
  private boolean weaklyCompared;

  private Lsn expected = Lsn.ZERO;

  /**
   * An intake without any WAL.
   *
   * @param damaged told of records that the server sent broken, before anything behind them
   */
  Intake(Spool spool, Line line, KnownSegments known, int segmentSize, Consumer<Hole> damaged) {
    this.spool = spool;
    this.line = line;
    this.known = known;
    this.segmentSize = segmentSize;
    this.damaged = damaged;
  }

  /** Up to where we have WAL; empty before there is any. */
  synchronized Optional<Position> end() {
    return end;
  }

  /** Whether the connection has shown by its bytes that it is ours. Never waits for the intake. */
  boolean isCompared() {
    return compared;
  }

  private void noteCompared() {
    compared = forked.isEmpty() && comparison.filter(c -> !c.isDone()).isEmpty();
  }

  /**
   * The first byte from which a connection has to send, to be compared before it adds any: the
   * start of the segment that we have, or of the one before when we have little more than a page's
   * header, which says nothing of a server's life.
   */
  synchronized Lsn compareFrom() {
    Position reached = end.orElseThrow();
    Lsn start = reached.lsn().segmentStart(segmentSize);
    if (reached.lsn().minus(start) >= ONE_PAGE || start.equals(Lsn.ZERO)) {
      return start;
    }
    SegmentName before = SegmentName.containing(reached.timeline(), start.plus(-1), segmentSize);
    return hasWhole(before) ? before.start() : start;
  }

  private boolean hasWhole(SegmentName segment) {
    return known.index(segment).filter(index -> index.length() == segmentSize).isPresent();
  }

  /** A connection begins to send at a position at or before our end. */
  synchronized void begin(Lsn from) {
    Position reached = end.orElseThrow();
    comparison.ifPresent(Comparison::close);
    comparison =
        Optional.of(new Comparison(known, reached.timeline(), segmentSize, from, reached.lsn()));
    weaklyCompared = reached.lsn().minus(from) < ONE_PAGE;
    expected = from;
    noteCompared();
  }

  /**
   * WAL begins, or goes on somewhere else: behind a hole or on another timeline.
   *
   * @param before the segments, without a gap, whose last record may go on in the first one here
   */
  void jump(Position to, List<SegmentName> before) {
    jump(to, before, Optional.empty());
  }

  /**
   * As above.
   *
   * @param earlier where {@code before} is empty: what is known at the end of the nearest segment
   *     before, whatever is missing in between
   */
  synchronized void jump(Position to, List<SegmentName> before, Optional<SegmentIndex> earlier) {
    finishCurrent();
    comparison.ifPresent(Comparison::close);
    comparison = Optional.empty();
    forked = Optional.empty();
    Lsn start = before.isEmpty() ? to.lsn() : before.getFirst().start();
    walk = Optional.of(new WalWalk(segmentSize, to.timeline(), start, records));
    before.forEach(this::feed);
    if (!(state() instanceof WalState.Reading)) {
      // what is broken before is on record, and says nothing of what begins here
      walk = Optional.of(new WalWalk(segmentSize, to.timeline(), to.lsn(), records));
    }
    if (!before.isEmpty()) {
      known.index(before.getLast()).ifPresent(builder::carry);
    } else {
      earlier.ifPresent(builder::carrySums);
    }
    builder.begin(to.lsn());
    changes.begin(walk.orElseThrow());
    end = Optional.of(to);
    expected = to.lsn();
    noteCompared();
  }

  private void feed(SegmentName segment) {
    byte[] buffer = new byte[READ_BYTES];
    try (InputStream in = known.open(segment).orElseThrow()) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        walk.orElseThrow().feed(ByteBuffer.wrap(buffer, 0, count));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The bytes before a fork are on both timelines: what comes now up to there must equal what we
   * have of the timeline that was left.
   */
  synchronized void compareFork(Timeline left, Lsn from, Lsn fork) {
    forked = Optional.of(new Comparison(known, left, segmentSize, from, fork));
    noteCompared();
  }

  /**
   * Takes over bytes that lie in the spool already: of a process that ended.
   *
   * @param stored how many of them are in the repository
   */
  synchronized void adopt(SpoolFile file, int length, int stored) {
    OpenSegment segment = new OpenSegment(file.segment(), file, 0, stored);
    current = Optional.of(segment);
    line.add(segment);
    file.read(0, length, bytes -> walked(segment, bytes));
  }

  /**
   * Takes the next bytes.
   *
   * @throws Failure OTHER_LIFE, DISK_FULL, LOCAL_FILE; after one of the last two the call may be
   *     made again with what remains in the buffer
   */
  synchronized void take(Lsn start, ByteBuffer bytes) {
    if (!start.equals(expected)) {
      throw new Failure(
          ErrorCode.INTERNAL,
          "the server sent WAL from " + start + ", expected was " + expected,
          "The stream connects again by itself.");
    }
    while (bytes.hasRemaining()) {
      int before = bytes.remaining();
      if (forked.isPresent()) {
        forked.get().take(expected, bytes.duplicate());
        forked = forked.filter(fork -> !fork.isDone());
      }
      if (comparison.isPresent() && !comparison.get().isDone()) {
        comparison.get().take(expected, bytes);
      } else {
        append(bytes);
      }
      expected = expected.plus(before - bytes.remaining());
      noteCompared();
    }
    if (isCompared()) {
      line.wake();
    }
  }

  private void append(ByteBuffer bytes) {
    OpenSegment segment = current.orElseGet(this::open);
    int room = segmentSize - segment.written;
    ByteBuffer part = bytes.slice(bytes.position(), Math.min(room, bytes.remaining()));
    segment.file.write(segment.written, part.duplicate());
    bytes.position(bytes.position() + part.remaining());
    walked(segment, part);
  }

  private OpenSegment open() {
    Position at = end.orElseThrow();
    SegmentName name = SegmentName.containing(at.timeline(), at.lsn(), segmentSize);
    SpoolFile file = spool.open(name);
    file.truncate(0);
    OpenSegment segment = new OpenSegment(name, file, 0, 0);
    current = Optional.of(segment);
    line.add(segment);
    return segment;
  }

  private void walked(OpenSegment segment, ByteBuffer bytes) {
    int length = segment.written + bytes.remaining();
    walk.orElseThrow().feed(bytes.duplicate());
    noticeDamage(segment);
    end = Optional.of(new Position(segment.name.timeline(), segment.name.start().plus(length)));
    if (length == segmentSize) {
      line.complete(
          segment, length, builder.snapshot(length, state(), true), changes.of(walk.orElseThrow()));
      nextSegment(segment.name.next());
    } else {
      line.written(segment, length);
    }
  }

  private WalState state() {
    return walk.orElseThrow().state();
  }

  private void nextSegment(SegmentName next) {
    current = Optional.empty();
    if (!(state() instanceof WalState.Reading)) {
      walk = Optional.of(new WalWalk(segmentSize, next.timeline(), next.start(), records));
    }
    builder.begin(next.start());
    changes.begin(walk.orElseThrow());
  }

  /** What lies behind a broken record in its segment cannot be walked; the next segment can. */
  private void noticeDamage(OpenSegment segment) {
    if (state() instanceof WalState.Reading || damageIn.filter(segment.name::equals).isPresent()) {
      return;
    }
    damageIn = Optional.of(segment.name);
    switch (state()) {
      case WalState.Reading() -> {}
      case WalState.Ended ended ->
          damaged(segment, ended.at(), "zeros or an older page at " + ended.seenAt());
      case WalState.Damaged(WalDamage found) -> {
        if (found.reason() == WalDamage.Reason.RECORD_CHAIN && weaklyCompared) {
          throw Comparison.otherLife("its WAL does not go on from our last record");
        }
        damaged(segment, found.lsn(), found.toString());
      }
    }
  }

  private void damaged(OpenSegment segment, Lsn from, String what) {
    damaged.accept(
        new Hole(
            segment.name.timeline(),
            from,
            segment.name.end(),
            Hole.Kind.DAMAGED,
            "the server sent a broken record: " + what));
  }

  /** Nothing more will come of the growing segment. */
  private void finishCurrent() {
    current.ifPresent(
        segment ->
            line.complete(
                segment,
                segment.written,
                builder.snapshot(segment.written, state(), false),
                Optional.empty()));
    current = Optional.empty();
  }

  /** The growing segment as it is. */
  synchronized Optional<Tail> tail() {
    return current.map(
        segment ->
            new Tail(segment, segment.written, builder.snapshot(segment.written, state(), false)));
  }

  /** The last record that is whole. */
  synchronized Optional<RecordSpan> lastRecord() {
    return walk.flatMap(WalWalk::lastWhole);
  }
}
