package io.mockupaws.engine.history;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.history.HistoryReader;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Walks over the journal with a reader of history, past gaps, with the names of each moment. */
final class HistoryWalk implements WalSink {
  private final Journal journal;
  private final JournalView view;
  private final Way way;
  private final Catalogues catalogues;
  private final HistoryReader reader;
  private final Timeline branch;
  private final Deque<SnapshotKey> coming;
  private final List<HistoryReport.Gap> gaps = new ArrayList<>();
  private long reached;

  HistoryWalk(
      Journal journal, JournalView view, Way way, Catalogues catalogues, int blockSize, long rows) {
    this.journal = journal;
    this.view = view;
    this.way = way;
    this.branch = way.history().timeline();
    this.catalogues = catalogues;
    this.reader = new HistoryReader(blockSize, rows, way::at);
    this.coming =
        new ArrayDeque<>(
            catalogues.all().stream()
                .filter(key -> way.has(key.timeline(), key.at()))
                .sorted((a, b) -> a.at().compareTo(b.at()))
                .toList());
  }

  HistoryReport over(Lsn from, Lsn end) {
    begin(from);
    Lsn at = from;
    while (at.isBefore(end)) {
      Lsn limit = journal.limit(view, branch, at);
      Lsn to = limit.isBefore(end) ? limit : end;
      reached = at.value();
      boolean whole = !at.isBefore(to) || walk(at, to);
      if (whole && !to.isBefore(end)) {
        break;
      }
      Lsn stopped = whole ? to : new Lsn(reached);
      Lsn next = whole ? behindHole(to).orElse(end) : nextSegment(stopped);
      at = next.isBefore(end) ? next : end;
      gap(stopped, at);
    }
    namesBehind(end);
    return new HistoryReport(branch, from, end, reader.finish(), gaps);
  }

  /** The latest commit of a transaction that may have begun before the walk did. */
  Optional<Instant> outOfSight() {
    return reader.outOfSight();
  }

  /** Whether everything up to {@code to} could be read. */
  private boolean walk(Lsn from, Lsn to) {
    try {
      if (gaps.isEmpty()) {
        journal.walk(view, branch, from, to, this);
      } else {
        journal.walkBehind(view, branch, from, to, this);
      }
      return true;
    } catch (Failure e) {
      if (e.code() != ErrorCode.WAL_DAMAGED
          && e.code() != ErrorCode.WAL_HOLE
          && e.code() != ErrorCode.DAMAGED_OBJECT) {
        throw e;
      }
      return false;
    }
  }

  /** Bytes behind a broken record may be there all the same: what cannot be read ends later. */
  private Optional<Lsn> behindHole(Lsn at) {
    Lsn behind = journal.behindHoles(view, branch, at);
    return History.next(view, way, behind.isAfter(at) ? behind : at.plus(1));
  }

  private Lsn nextSegment(Lsn at) {
    return at.segmentStart(journal.segmentSize()).plus(journal.segmentSize());
  }

  private void gap(Lsn from, Lsn to) {
    boolean goesOn = !gaps.isEmpty() && gaps.getLast().to().equals(from);
    gaps.add(new HistoryReport.Gap(goesOn ? gaps.removeLast().from() : from, to));
    reader.gap();
  }

  /** Of the snapshots before the beginning only the last counts. */
  private void begin(Lsn from) {
    Optional<SnapshotKey> last = Optional.empty();
    while (!coming.isEmpty() && !coming.peek().at().isAfter(from)) {
      last = Optional.of(coming.poll());
    }
    last.flatMap(catalogues::read).ifPresent(reader::apply);
  }

  @Override
  public void record(WalRecord record) {
    while (!coming.isEmpty()
        && Long.compareUnsigned(coming.peek().at().value(), record.startPosition()) <= 0) {
      catalogues.read(coming.poll()).ifPresent(reader::apply);
    }
    reader.record(record);
    reached = record.endPosition();
  }

  /** The first names behind the end name what nothing before did. */
  private void namesBehind(Lsn end) {
    while (!coming.isEmpty()) {
      SnapshotKey key = coming.poll();
      boolean behind = key.at().isAfter(end);
      catalogues.read(key).ifPresent(reader::apply);
      if (behind) {
        return;
      }
    }
  }
}
