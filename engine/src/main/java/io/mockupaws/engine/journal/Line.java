package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The segments on their way to the repository, oldest first, and what follows from them: up to
 * where WAL is written, fsynced, stored. Stored means stored without a gap: a segment counts once
 * everything before it does.
 *
 * <p>Guards the fields of its segments. Safe for use by many threads.
 */
final class Line {
  /** While a store is away segments wait: their summaries must not fill the memory. */
  private static final int MOST_SUMMARIES = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<OpenSegment> segments = new ArrayDeque<>();
  private final Lag lag = new Lag();
  private Optional<Position> floor = Optional.empty();
  private Optional<Position> stored = Optional.empty();
  private Optional<Position> written = Optional.empty();

  /** Positions at one instant; empty before there is WAL. */
  record Positions(
      Optional<Position> written, Optional<Position> synced, Optional<Position> stored) {}

  /** Runs with the lock held and wakes all that wait. */
  void change(Runnable action) {
    List<OpenSegment> ended;
    lock.lock();
    try {
      action.run();
      ended = advance();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    ended.forEach(segment -> segment.file.delete());
  }

  /** Looks at something with the lock held. */
  <T> T read(Supplier<T> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What comes next begins there: at the beginning, behind a hole or on another timeline. Once all
   * that came before is stored, so is everything up to there.
   */
  void begin(Position position) {
    change(
        () -> {
          floor = Optional.of(position);
          written = Optional.of(position);
        });
  }

  void add(OpenSegment segment) {
    change(
        () -> {
          segments.addLast(segment);
          written = Optional.of(new Position(segment.name.timeline(), segment.writtenEnd()));
        });
  }

  void written(OpenSegment segment, int length) {
    change(
        () -> {
          segment.written = length;
          written = Optional.of(new Position(segment.name.timeline(), segment.writtenEnd()));
        });
  }

  /** Nothing more will come of a segment. */
  void complete(OpenSegment segment, int length, SegmentIndex index, Optional<byte[]> summary) {
    change(
        () -> {
          segment.index = Optional.of(index);
          boolean room = segments.size() <= MOST_SUMMARIES;
          segment.summary = room ? summary : Optional.empty();
          segment.summaryDropped = !room && summary.isPresent();
          segment.written = length;
          written = Optional.of(new Position(segment.name.timeline(), segment.writtenEnd()));
        });
  }

  /** WAL up to there has come in. */
  void received(Position end, long nanos) {
    lock.lock();
    try {
      lag.received(end.lsn(), nanos);
    } finally {
      lock.unlock();
    }
  }

  /** Gives the segments back that end early and are stored: their spool files are not needed. */
  private List<OpenSegment> advance() {
    boolean all = true;
    Optional<Position> reached = floor;
    for (OpenSegment segment : segments) {
      reached = Optional.of(new Position(segment.name.timeline(), segment.storedEnd()));
      if (!segment.isStored()) {
        all = false;
        break;
      }
    }
    if (all && isBehindFloor(reached)) {
      reached = floor;
    }
    stored = segments.isEmpty() && !isBehindFloor(stored) ? stored : reached;
    stored.ifPresent(position -> lag.stored(position.lsn()));
    List<OpenSegment> ended = new ArrayList<>();
    while (!segments.isEmpty() && segments.getFirst().isStored()) {
      OpenSegment first = segments.getFirst();
      if (first.isFull() && !first.finished) {
        break;
      }
      segments.removeFirst();
      if (!first.finished) {
        ended.add(first);
      }
    }
    return ended;
  }

  /** Whether a position lies before the place where the newest part begins. */
  private boolean isBehindFloor(Optional<Position> position) {
    return floor.isPresent()
        && position
            .filter(p -> p.timeline().equals(floor.get().timeline()))
            .filter(p -> !p.lsn().isBefore(floor.get().lsn()))
            .isEmpty();
  }

  Positions positions() {
    lock.lock();
    try {
      return new Positions(written, synced(), stored);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Position> synced() {
    Optional<Position> position = stored;
    for (OpenSegment segment : segments) {
      Lsn end = Lsn.max(segment.syncedEnd(), segment.storedEnd());
      position = Optional.of(new Position(segment.name.timeline(), end));
      if (end.isBefore(segment.writtenEnd()) || segment.index.isEmpty()) {
        break;
      }
    }
    return isBehindFloor(position) && isAllSynced() ? floor : position;
  }

  private boolean isAllSynced() {
    return segments.stream()
        .allMatch(s -> s.index.isPresent() && (s.isStored() || s.synced == s.written));
  }

  /** Where the newest part begins: nothing before it says anything about what comes behind. */
  Optional<Position> floor() {
    return read(() -> floor);
  }

  /** How long the oldest byte has been waiting that was received and is not stored. */
  long lagNanos(long now) {
    lock.lock();
    try {
      return lag.nanos(now);
    } finally {
      lock.unlock();
    }
  }

  /** Bytes in the spool. */
  long spooledBytes() {
    lock.lock();
    try {
      return segments.stream().mapToLong(segment -> segment.written).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Of these, bytes that are not in the repository. */
  long unstoredBytes() {
    return read(() -> segments.stream().mapToLong(OpenSegment::unstored).sum());
  }

  Optional<OpenSegment> find(SegmentName name) {
    return first(segment -> segment.name.equals(name) && !segment.finished);
  }

  /** The oldest segment of which that holds. */
  Optional<OpenSegment> first(Predicate<OpenSegment> wanted) {
    lock.lock();
    try {
      return segments.stream().filter(wanted).findFirst();
    } finally {
      lock.unlock();
    }
  }

  List<OpenSegment> all() {
    lock.lock();
    try {
      return new ArrayList<>(segments);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a condition holds, which is looked at with the lock held, whenever something
   * changed; at most so long.
   *
   * @return whether it holds
   */
  boolean await(BooleanSupplier condition, long nanos) {
    long left = nanos;
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** As above, without an end of its own. */
  void await(BooleanSupplier condition) {
    while (!await(condition, TimeUnit.SECONDS.toNanos(1))
        && !Thread.currentThread().isInterrupted()) {
      // looked at again each second
    }
  }

  /** Wakes all that wait, to look at what is not part of the line. */
  void wake() {
    change(() -> {});
  }

  /** When bytes came in, at a resolution that bounds its memory. */
  private static final class Lag {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MOST = 100_000;

    private record Mark(Lsn end, long nanos) {}

    private final Deque<Mark> marks = new ArrayDeque<>();

    void received(Lsn end, long nanos) {
      if (!marks.isEmpty()
          && (nanos - marks.getLast().nanos() < STEP_NANOS || marks.size() >= MOST)) {
        marks.addLast(new Mark(end, marks.removeLast().nanos()));
      } else {
        marks.addLast(new Mark(end, nanos));
      }
    }

    void stored(Lsn lsn) {
      while (!marks.isEmpty() && !marks.getFirst().end().isAfter(lsn)) {
        marks.removeFirst();
      }
    }

    long nanos(long now) {
      return marks.isEmpty() ? 0 : now - marks.getFirst().nanos();
    }
  }
}
