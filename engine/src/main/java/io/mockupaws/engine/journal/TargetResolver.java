package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the one record that a target means. PostgreSQL takes the end of the WAL it is given for the
 * end of history, and a time behind the last commit for an error: so it is never given anything but
 * the start of a record that the journal has whole.
 */
final class TargetResolver {
  private final Journal journal;
  private final JournalView view;
  private final Timeline branch;
  private final ManifestHead backup;
  private final Lsn stop;
  private final WindowFinder finder;

  /** Where WAL can be replayed to from the backup. */
  private final Lsn limit;

  TargetResolver(Journal journal, JournalView view, Timeline branch, ManifestHead backup) {
    this.journal = journal;
    this.view = view;
    this.branch = branch;
    this.backup = backup;
    this.stop = backup.stop();
    this.finder = new WindowFinder(journal, view, branch);
    this.limit = finder.limit(backup.start());
  }

  ResolvedTarget resolve(TargetRequest request) {
    if (limit.isBefore(stop)) {
      throw refused(
          ErrorCode.TARGET_IN_HOLE,
          "the WAL of the backup " + backup.id().value() + " is missing from " + limit + " on");
    }
    return switch (request) {
      case TargetRequest.BackupEnd() -> resolved(lastBefore(stop));
      case TargetRequest.Latest() -> latest();
      case TargetRequest.AtLsn(Lsn lsn, boolean inclusive) -> at(lsn, inclusive);
      case TargetRequest.AtTime time -> at(time);
      case TargetRequest.AtTransaction transaction -> at(transaction);
      case TargetRequest.AtName(String name) -> at(name);
    };
  }

  private ResolvedTarget latest() {
    if (!atJournalsEnd()) {
      throw refused(
          ErrorCode.TARGET_IN_HOLE,
          "the newest moment lies behind a hole at " + limit + " that this backup cannot pass");
    }
    return tellingFiles(resolved(lastBefore(limit)));
  }

  private ResolvedTarget at(Lsn lsn, boolean inclusive) {
    if (lsn.isBefore(stop)) {
      throw refused(
          ErrorCode.TARGET_OUTSIDE_WINDOW, lsn + " lies before the end of the backup at " + stop);
    }
    RecordSpan last = lastBefore(limit);
    if (lsn.isAfter(last.end()) && lsn.isAfter(wholeEnd().orElse(lsn.plus(-1)))) {
      throw refused(
          atJournalsEnd() ? ErrorCode.TARGET_OUTSIDE_WINDOW : ErrorCode.TARGET_IN_HOLE,
          lsn + " lies behind the last record that can be reached, which ends at " + last.end());
    }
    Lsn behind = inclusive ? lsn.plus(1) : lsn;
    return tellingFiles(resolved(last.start().isBefore(behind) ? last : lastBefore(behind)));
  }

  private ResolvedTarget at(TargetRequest.AtTime target) {
    Instant time = target.time();
    if (time.isBefore(backup.stoppedAt())) {
      throw refused(
          ErrorCode.TARGET_OUTSIDE_WINDOW,
          time + " lies before the end of the backup at " + backup.stoppedAt());
    }
    demandNothingNewer(target);
    Optional<Lsn> leftOut = new TimeSearch(journal, view, branch, stop, limit).firstLeftOut(target);
    if (leftOut.isPresent()) {
      return beforeFiles(resolved(lastBefore(leftOut.get())));
    }
    RecordSpan last = lastBefore(limit);
    if (atJournalsEnd() && reaches(last, time)) {
      return beforeFiles(resolved(last));
    }
    throw refused(
        atJournalsEnd() ? ErrorCode.TARGET_OUTSIDE_WINDOW : ErrorCode.TARGET_IN_HOLE,
        time + " lies behind the last moment that can be reached from this backup");
  }

  /**
   * Commits carry the primary's clock, a backup of a standby that standby's: where it is behind, or
   * the clock was set back meanwhile, the backup holds what the target leaves out.
   */
  private void demandNothingNewer(TargetRequest.AtTime target) {
    // Behind its very first byte: the journal may begin with it, and nothing commits there.
    new TimeSearch(journal, view, branch, backup.start().plus(1), stop)
        .firstLeftOut(target)
        .ifPresent(
            at -> {
              throw refused(
                  ErrorCode.TARGET_OUTSIDE_WINDOW,
                  "the backup "
                      + backup.id()
                      + " holds what was committed behind "
                      + target.time()
                      + " at "
                      + at
                      + ", although it ended at "
                      + backup.stoppedAt()
                      + " by its server's clock: name an older backup");
            });
  }

  /** Whether nothing can have been committed between the last record and a later time. */
  private boolean reaches(RecordSpan last, Instant time) {
    boolean atLastCommit =
        finder.lastCommit(last.start()).filter(c -> !c.time().isBefore(time)).isPresent();
    return atLastCommit
        || finder.heardUntil(last.end()).filter(until -> !until.isBefore(time)).isPresent();
  }

  private ResolvedTarget at(TargetRequest.AtTransaction target) {
    EventSearch.End end =
        search()
            .end(target.xid())
            .orElseThrow(() -> notThere("no end of transaction " + target.xid()));
    new Epoch(journal, view, branch, backup).require(target);
    if (!end.event().committed()) {
      throw refused(
          ErrorCode.TARGET_ROLLED_BACK,
          "transaction "
              + target.xid()
              + " was rolled back, at "
              + end.record().start()
              + " and "
              + end.event().time()
              + ": it changed nothing");
    }
    return target.inclusive()
        ? resolved(end.record())
        : beforeFiles(resolved(lastBefore(end.record().start())));
  }

  private ResolvedTarget at(String name) {
    List<Moment> points = search().points(name);
    if (points.isEmpty()) {
      throw notThere("no restore point " + name);
    }
    return tellingFiles(
        resolved(lastBefore(points.getFirst().lsn().plus(1)))
            .noting(points.stream().skip(1).map(point -> sameName(name, point)).toList()));
  }

  /**
   * The same before what had touched files by then and had not committed: DROP DATABASE, for one,
   * marks the database and takes its files away before it commits ({@code dropdb} in
   * src/backend/commands/dbcommands.c), so that just before its commit they are gone. Nothing was
   * committed in between.
   */
  private ResolvedTarget beforeFiles(ResolvedTarget target) {
    Lsn from = target.lastCommit().map(Commit::end).orElse(stop);
    EarlyEffects effects = effects();
    ResolvedTarget before =
        effects
            .before(from, target.recordStart())
            .map(scan -> beforeFiles(target, scan))
            .orElse(target);
    return effects
        .markedBefore(from, target.recordStart())
        .map(note -> before.noting(plus(before.notes(), note)))
        .orElse(before);
  }

  private ResolvedTarget beforeFiles(ResolvedTarget target, EffectScan scan) {
    Optional<EffectScan.Effect> effect = scan.first();
    if (effect.isEmpty()) {
      return target;
    }
    Lsn first = effect.get().first();
    return scan.preparedBehind(first)
        ? target.noting(List.of(effect.get().cutInTwo()))
        : resolved(lastBefore(first)).noting(List.of(effect.get().passedBy()));
  }

  /** A position or a name is never moved; what it cuts in two is told. */
  private ResolvedTarget tellingFiles(ResolvedTarget target) {
    Lsn from = target.lastCommit().map(Commit::end).orElse(stop);
    return effects()
        .before(from, target.recordStart())
        .flatMap(EffectScan::first)
        .map(EffectScan.Effect::cutInTwo)
        .or(() -> effects().markedBefore(from, target.recordStart()))
        .map(note -> target.noting(plus(target.notes(), note)))
        .orElse(target);
  }

  private static List<String> plus(List<String> notes, String note) {
    return Stream.concat(notes.stream(), Stream.of(note)).toList();
  }

  private EarlyEffects effects() {
    return new EarlyEffects(journal, view, branch, backup, limit);
  }

  private static String sameName(String name, Moment point) {
    return "the first restore point "
        + name
        + " is meant; there is one more at "
        + point.lsn()
        + ", made "
        + point.time();
  }

  private EventSearch search() {
    return new EventSearch(journal, view, branch, stop, limit);
  }

  private Failure notThere(String what) {
    return refused(
        atJournalsEnd() ? ErrorCode.TARGET_OUTSIDE_WINDOW : ErrorCode.TARGET_IN_HOLE,
        "there is " + what + " between the end of the backup at " + stop + " and " + limit);
  }

  private boolean atJournalsEnd() {
    return finder.isEnd(limit);
  }

  /** The last whole record that begins before a position. */
  private RecordSpan lastBefore(Lsn position) {
    Lsn from = position.plus(-1);
    Optional<RecordSpan> known = position.equals(limit) ? lastOfTail() : Optional.empty();
    while (known.isEmpty()) {
      Optional<RecordSpan> last = scan(from, position).last;
      if (last.isPresent()) {
        return last.get();
      }
      SegmentName segment = view.segmentAt(branch, from).orElseThrow(() -> noRecord(position));
      from = segment.start().plus(-1);
    }
    return known.get();
  }

  /** Without reading WAL: what the index says, where the limit is the end of what there is. */
  private Optional<RecordSpan> lastOfTail() {
    return view.segmentAt(branch, limit.plus(-1))
        .filter(segment -> segment.start().plus(view.length(segment)).equals(limit))
        .flatMap(segment -> journal.index(view, segment).last())
        .filter(this::isWhole);
  }

  /** A segment switch ends with its segment, and is none before the zeros behind it are there. */
  private boolean isWhole(RecordSpan record) {
    return !record.end().isAfter(limit);
  }

  private Optional<Lsn> wholeEnd() {
    return view.segmentAt(branch, limit.plus(-1))
        .flatMap(segment -> WindowFinder.wholeEnd(journal.index(view, segment), limit));
  }

  private Failure noRecord(Lsn position) {
    return refused(ErrorCode.TARGET_IN_HOLE, "there is no whole record before " + position);
  }

  private Scan scan(Lsn from, Lsn to) {
    Scan scan = new Scan();
    new JournalWalk(journal, view, branch)
        .some(from, to, record -> !isWhole(record.span()) || scan.see(record));
    return scan;
  }

  /** What a walk saw. */
  private static final class Scan {
    private Optional<RecordSpan> last = Optional.empty();
    private Optional<Commit> lastCommit = Optional.empty();
    private long commits;

    boolean see(WalRecord record) {
      last = Optional.of(record.span());
      TransactionEnds.of(record)
          .filter(WalEvent.TransactionEnd::committed)
          .ifPresent(
              end -> {
                commits++;
                lastCommit =
                    Optional.of(new Commit(end.time(), end.xid(), record.start(), record.end()));
              });
      return true;
    }
  }

  private ResolvedTarget resolved(RecordSpan target) {
    SegmentName segment =
        view.segmentAt(branch, target.end().plus(-1)).orElseThrow(() -> noRecord(target.end()));
    SegmentIndex index = journal.index(view, segment);
    Scan scan = new Scan();
    if (index.last().filter(target::equals).isPresent()) {
      scan.commits = index.commits();
      scan.lastCommit = index.lastCommit();
    } else {
      scan = scanUpTo(segment, index, target);
    }
    Optional<Commit> commit = scan.lastCommit.or(() -> finder.lastCommit(segment.start().plus(-1)));
    Optional<SegmentName> newest = newestReadable();
    Optional<Commit> end = newest.flatMap(last -> finder.lastCommit(last.start()));
    long kept = scan.commits;
    long lost =
        newest.map(last -> new Sums(journal, view, branch).commits(segment, kept, last)).orElse(0L);
    return new ResolvedTarget(
        branch,
        target.start(),
        target.end(),
        commit.filter(c -> !c.start().isBefore(stop)),
        lost,
        end,
        List.of());
  }

  /**
   * Counts what ends in the segment up to the target. Its first record may have begun in the
   * segment before: when that one is damaged the record is not counted, since a recovery that
   * begins behind does not need it.
   */
  private Scan scanUpTo(SegmentName segment, SegmentIndex index, RecordSpan target) {
    Optional<RecordSpan> first = index.first();
    Lsn begin = segment.start();
    try {
      Lsn from = first.map(RecordSpan::start).filter(start -> !start.isBefore(begin)).orElse(begin);
      return scanEnding(begin, from, target);
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT || first.isEmpty()) {
        throw e;
      }
      return scanEnding(begin, first.get().end(), target);
    }
  }

  private Scan scanEnding(Lsn begin, Lsn from, RecordSpan target) {
    Scan scan = new Scan();
    new JournalWalk(journal, view, branch)
        .some(
            from,
            target.start().plus(1),
            record -> !record.end().isAfter(begin) || scan.see(record));
    return scan;
  }

  /**
   * The newest segment whose index can be read: what lies behind the target is told, not needed, so
   * damage there must not stand in the way.
   */
  private Optional<SegmentName> newestReadable() {
    Optional<SegmentName> segment =
        view.end(branch).flatMap(end -> view.segmentAt(branch, end.plus(-1)));
    while (segment.isPresent() && !isReadable(segment.get())) {
      Lsn start = segment.get().start();
      segment = start.equals(Lsn.ZERO) ? Optional.empty() : view.segmentAt(branch, start.plus(-1));
    }
    return segment;
  }

  private boolean isReadable(SegmentName segment) {
    try {
      journal.index(view, segment);
      return true;
    } catch (Failure e) {
      if (e.code() == ErrorCode.DAMAGED_OBJECT) {
        return false;
      }
      throw e;
    }
  }

  private Failure refused(ErrorCode code, String why) {
    return journal.window(view, branch).refused(code, why);
  }
}
