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
  private final List<SnapshotKey> snapshots;
  private final Deque<NamesRead> coming;
  private final List<HistoryReport.Gap> gaps = new ArrayList<>();
  private Lsn base = Lsn.ZERO;
  private String applied = "";
  private long reached;

  HistoryWalk(
      Journal journal, JournalView view, Way way, Catalogues catalogues, int blockSize, long rows) {
    this.journal = journal;
    this.view = view;
    this.way = way;
    this.branch = way.history().timeline();
    this.catalogues = catalogues;
    this.reader = new HistoryReader(blockSize, rows, way::at);
    this.snapshots =
        catalogues.all().stream().filter(key -> way.has(key.timeline(), key.at())).toList();
    this.coming =
        new ArrayDeque<>(
            catalogues.readings().stream()
                .filter(read -> way.has(read.timeline(), read.at()))
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
    names(end);
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
    begin(to);
  }

  /**
   * What was renamed before a position is not seen: only names that were read behind it are certain
   * to be those there. Where the catalogues lie, others may tell too.
   */
  private void begin(Lsn from) {
    base = from;
    applied = "";
    snapshots.stream()
        .filter(key -> !key.at().isAfter(from))
        .reduce((a, b) -> a.at().isAfter(b.at()) ? a : b)
        .flatMap(catalogues::read)
        .ifPresent(reader::expect);
    coming.stream()
        .filter(this::isCertain)
        .findFirst()
        .flatMap(catalogues::read)
        .ifPresent(reader::expect);
  }

  private boolean isCertain(NamesRead reading) {
    return !reading.from().isBefore(base);
  }

  /** Of what was read before the WAL at a position: what is there already is not applied again. */
  private void names(Lsn upTo) {
    while (!coming.isEmpty() && !coming.peek().at().isAfter(upTo)) {
      NamesRead reading = coming.poll();
      if (isCertain(reading) && !reading.names().equals(applied)) {
        applied = reading.names();
        catalogues.read(reading).ifPresent(reader::apply);
      }
    }
  }

  @Override
  public void record(WalRecord record) {
    if (!coming.isEmpty()
        && Long.compareUnsigned(coming.peek().at().value(), record.startPosition()) <= 0) {
      names(record.start());
    }
    reader.record(record);
    reached = record.endPosition();
  }
}
