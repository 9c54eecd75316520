package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Fetches what is missing in the journal from the server that answers now: another server, or this
 * one again, may still have it. Tried once a connection was compared and now and then while it
 * lasts, over a connection of its own without the slot. What does not succeed stays a hole.
 */
final class Heal implements AutoCloseable {
  private static final long PAUSE_NANOS = Duration.ofMinutes(10).toNanos();
  private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

  private final StreamParts parts;
  private final Uploads uploads;
  private final String repositoryId;
  private final int segmentSize;
  private final AtomicReference<Thread> running = new AtomicReference<>();
  private volatile long triedAt;
  private volatile boolean tried;

  Heal(StreamParts parts, Uploads uploads, String repositoryId) {
    this.parts = parts;
    this.uploads = uploads;
    this.repositoryId = repositoryId;
    this.segmentSize = parts.repository().identity().walSegmentSize();
  }

  /** Another connection: what could not be had from the last one may be had from this one. */
  void connected() {
    tried = false;
  }

  /** Begins, unless it is at it or was lately; called while the server is one that was compared. */
  void look() {
    long now = System.nanoTime();
    Thread before = running.get();
    if ((tried && now - triedAt < PAUSE_NANOS) || (before != null && before.isAlive())) {
      return;
    }
    tried = true;
    triedAt = now;
    running.set(Thread.ofPlatform().daemon().name("journal-heal").start(this::holes));
  }

  private void holes() {
    try {
      JournalView view = new Journal(parts.repository()).view();
      for (Hole hole : view.holes()) {
        if (hole.kind() == Hole.Kind.MISSING && !isOnItsWay(view, hole)) {
          heal(hole);
        }
      }
    } catch (Failure e) {
      // The hole stays, and is shown.
    }
  }

  /** Segments become objects several at once: what nobody recorded as missing is on its way. */
  private boolean isOnItsWay(JournalView view, Hole hole) {
    return parts.control().isClosing()
        || (view.latestTimeline().filter(hole.timeline()::equals).isPresent()
            && !view.isRecordedHole(hole.timeline(), hole.from(), hole.to()));
  }

  private void heal(Hole hole) {
    Lsn begin = hole.from().segmentStart(segmentSize);
    Lsn end = hole.to().segmentStart(segmentSize);
    try {
      fetch(hole, begin, end);
    } catch (WalRemoved e) {
      Lsn oldest =
          new OldestWal(parts.server(), hole.timeline(), segmentSize)
              .find(begin.plus(segmentSize), end);
      if (oldest.isBefore(end)) {
        fetch(hole, oldest, end);
      }
    }
  }

  private void fetch(Hole hole, Lsn begin, Lsn end) {
    Line line = new Line();
    KnownSegments known = new KnownSegments(parts.repository(), line);
    Spool spool =
        new Spool(
            parts.settings().spool(),
            repositoryId,
            parts.repository().identity().name() + "/heal",
            segmentSize);
    spool.segments().forEach(segment -> spool.open(segment).delete());
    Intake intake = new Intake(spool, line, known, segmentSize, parts.holes()::add);
    try (WalConnection connection = parts.server().connect()) {
      // The address may have come to another host since the stream's own connection.
      StreamSession.demandSystem(connection.identify(), parts.repository().identity());
      intake.jump(new Position(hole.timeline(), begin), before(known, hole, begin));
      if (begin.isBefore(hole.from())) {
        intake.compareFork(hole.timeline(), begin, hole.from());
      }
      receive(connection.start(Optional.empty(), hole.timeline(), begin), intake, line, end);
      if (!intake.end().orElseThrow().lsn().isBefore(end)) {
        parts.holes().healed(hole);
      }
    } finally {
      line.all().forEach(segment -> segment.file.delete());
    }
  }

  private List<SegmentName> before(KnownSegments known, Hole hole, Lsn begin) {
    SegmentName before = SegmentName.containing(hole.timeline(), begin.plus(-1), segmentSize);
    boolean whole = known.index(before).filter(index -> index.length() == segmentSize).isPresent();
    return whole ? List.of(before) : List.of();
  }

  private void receive(WalFeed feed, Intake intake, Line line, Lsn end) {
    long heard = System.nanoTime();
    while (intake.end().orElseThrow().lsn().isBefore(end)
        && !parts.control().isClosing()
        && System.nanoTime() - heard < PATIENCE_NANOS) {
      Optional<WalFeed.Message> message = feed.poll();
      if (message.isPresent()) {
        heard = System.nanoTime();
      }
      if (message.isPresent() && message.get() instanceof WalFeed.Keepalive) {
        feed.status(intake.end().orElseThrow().lsn(), Lsn.ZERO, false);
      }
      if (message.isPresent() && message.get() instanceof WalFeed.Data data) {
        intake.take(data.start(), data.bytes().duplicate());
        finishFull(line);
        heard = System.nanoTime();
        feed.status(data.start(), Lsn.ZERO, false);
      }
      if (message.isPresent() && message.get() instanceof WalFeed.End) {
        return;
      }
    }
  }

  private void finishFull(Line line) {
    Optional<OpenSegment> full =
        line.first(segment -> segment.isFull() && segment.index.isPresent());
    if (full.isPresent()) {
      OpenSegment segment = full.get();
      uploads.segment(segment, segment.index.orElseThrow());
      uploads.summary(segment).ifPresent(parts.control()::unsummarised);
      line.change(() -> segment.finished = true);
      uploads.removePieces(segment);
      segment.file.delete();
    }
  }

  /** Waits for what is under way; it ends by itself when the stream does. */
  @Override
  public void close() {
    Thread thread = running.get();
    if (thread != null) {
      JournalStream.join(thread);
    }
  }
}
