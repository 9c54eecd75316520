package io.mockupaws.engine.restore;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.core.wal.WalEdit;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Brings the WAL of a recovery into the target before the server is started, and makes it safe to
 * replay there. Segments are fetched a few at a time, ahead of the one reader that inspects them.
 */
final class WalInstaller {
  private final Journal journal;
  private final JournalView view;
  private final WalFiles files;
  private final Workers workers;
  private final Cancel cancel;
  private final int ahead;
  private final LongAdder inspected = new LongAdder();

  /**
   * An installer.
   *
   * @param ahead how many segments are fetched at once
   */
  WalInstaller(
      Journal journal,
      JournalView view,
      WalFiles files,
      Workers workers,
      Cancel cancel,
      int ahead) {
    this.journal = journal;
    this.view = view;
    this.files = files;
    this.workers = workers;
    this.cancel = cancel;
    this.ahead = ahead;
  }

  /** Bytes of segments done so far. */
  long doneBytes() {
    return inspected.sum();
  }

  /**
   * Fetches and inspects everything from the backup's start to the last wanted record, cuts off
   * what lies behind it, and keeps tablespaces inside the target.
   *
   * @param alsoNeeded segments of an ancestor's name besides, for {@code pg_verifybackup}
   */
  WalFindings install(WalNeed need, RecordSpan target, List<SegmentName> alsoNeeded) {
    WalInspection inspection = new WalInspection(need, target, cancel);
    List<SegmentName> all = new ArrayList<>();
    Iterator<SegmentName> segments = need.segments(view);
    while (segments.hasNext()) {
      List<SegmentName> batch = next(segments);
      workers.forEach(batch.iterator(), segment -> files.fetch(journal, view, segment));
      for (SegmentName segment : batch) {
        inspection.segment(segment, files.file(segment));
        inspected.add(segment.segmentSize());
      }
      all.addAll(batch);
    }
    WalFindings findings = inspection.findings();
    keepTablespacesInside(findings, all);
    SegmentName last = all.getLast();
    if (target.end().isBefore(last.end())) {
      files.zeroFrom(last, target.end());
    }
    List<SegmentName> besides = alsoNeeded.stream().filter(s -> !all.contains(s)).toList();
    workers.forEach(besides.iterator(), segment -> files.fetch(journal, view, segment));
    all.addAll(besides);
    // the server takes the first number that has no file for the timeline it begins
    view.allHistories().forEach(files::history);
    workers.forEach(all.iterator(), files::finish);
    files.sync();
    return findings;
  }

  /** Replay makes a plain directory of a tablespace whose record names no place. */
  private void keepTablespacesInside(WalFindings findings, List<SegmentName> segments) {
    if (findings.tablespaces().isEmpty()) {
      return;
    }
    SegmentName first = segments.getFirst();
    WalEdit edit =
        new WalEdit(
            first.segmentSize(),
            start -> files.file(segments.get((int) (numberOf(start, first) - first.number()))));
    for (WalFindings.MadeTablespace made : findings.tablespaces()) {
      Path file = files.file(segments.getFirst());
      LocalFiles.attempt("editing WAL beside", file, () -> edit.emptyTablespacePath(made.record()));
    }
  }

  private static long numberOf(Lsn start, SegmentName like) {
    return Long.divideUnsigned(start.value(), like.segmentSize());
  }

  private List<SegmentName> next(Iterator<SegmentName> segments) {
    Deque<SegmentName> batch = new ArrayDeque<>();
    while (segments.hasNext() && batch.size() < ahead) {
      batch.add(segments.next());
    }
    return List.copyOf(batch);
  }
}
