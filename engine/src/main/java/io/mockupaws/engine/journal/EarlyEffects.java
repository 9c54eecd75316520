package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds what touched files before it committed: DROP DATABASE, CREATE DATABASE by copying files,
 * ALTER DATABASE SET TABLESPACE, CREATE and DROP TABLESPACE ({@code src/backend/commands/}). The
 * segments' indexes tell whether there is any of it; WAL is read only then.
 */
final class EarlyEffects {
  /**
   * Segments behind a target that may hold the end of a DROP DATABASE which marked its database
   * before, and as many before that may hold the mark: a checkpoint lies between.
   */
  private static final int SEGMENTS = 16;

  private final Journal journal;
  private final JournalView view;
  private final Timeline branch;
  private final int blockSize;
  private final Lsn stop;
  private final Lsn limit;

  /**
   * A search.
   *
   * @param backup from which it is recovered: nothing before its stop can be reached
   * @param limit everything from there to before it is in the journal
   */
  EarlyEffects(Journal journal, JournalView view, Timeline branch, ManifestHead backup, Lsn limit) {
    this.journal = journal;
    this.view = view;
    this.branch = branch;
    this.blockSize = backup.blockSize();
    this.stop = backup.stop();
    this.limit = limit;
  }

  /** What had touched files, and had not committed by a target; nobody committed in between. */
  Optional<EffectScan> before(Lsn from, Lsn target) {
    Optional<Notable> within = first(from, target, EarlyEffects::touchesFiles);
    Optional<Notable> ahead = dropBehind(target);
    if (within.isEmpty() && ahead.isEmpty()) {
      return Optional.empty();
    }
    Lsn to = ahead.map(Notable::start).orElse(target);
    return Optional.of(scan(from, target, to));
  }

  /**
   * What to know of a database whose DROP took its files away behind a position, or will, and had
   * marked it before that position: commits lie between, so a target behind them is not moved.
   */
  Optional<String> markedBefore(Lsn from, Lsn target) {
    Optional<Notable> drop = first(from, target, EarlyEffects::drops).or(() -> dropBehind(target));
    if (drop.isEmpty()) {
      return Optional.empty();
    }
    int database = Integer.parseUnsignedInt(drop.get().detail());
    try {
      return markBefore(from, drop.get().start(), database).map(at -> letsNobodyIn(database, at));
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT) {
        throw e;
      }
      return Optional.empty(); // a recovery needs none of this
    }
  }

  /** The drop is one transaction, so the mark lies not far before: a checkpoint is between. */
  private Optional<Lsn> markBefore(Lsn from, Lsn drop, int database) {
    if (scan(from, drop, drop).marked(database).isPresent()) {
      return Optional.empty();
    }
    Lsn end = from;
    for (int i = 0; i <= SEGMENTS && stop.isBefore(end); i++) {
      Lsn begin = Lsn.max(stop, end.plus(-1).segmentStart(journal.segmentSize()));
      Optional<Lsn> mark = scan(begin, end.plus(-1), end.plus(-1)).marked(database);
      if (mark.isPresent()) {
        return mark;
      }
      end = begin;
    }
    return Optional.empty();
  }

  private static String letsNobodyIn(int database, Lsn mark) {
    return "a DROP DATABASE had begun at "
        + mark
        + ", before the last commit that is kept: its files are there, but it lets nobody in until,"
        + " in the restored server: UPDATE pg_database SET datconnlimit = -1 WHERE oid = "
        + Integer.toUnsignedString(database);
  }

  private EffectScan scan(Lsn from, Lsn target, Lsn to) {
    EffectScan scan = new EffectScan(from, target, blockSize);
    try {
      new JournalWalk(journal, view, branch).some(from, to.plus(1), scan::see);
      return scan;
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT || !to.isAfter(target)) {
        throw e;
      }
      return scan(from, target, target); // what lies behind the target is not needed
    }
  }

  private static boolean drops(Notable notable) {
    return notable.kind() == Notable.Kind.DATABASE_DROP;
  }

  private static boolean touchesFiles(Notable notable) {
    return switch (notable.kind()) {
      case DATABASE_DROP, DATABASE_COPY, TABLESPACE_CREATE, TABLESPACE_DROP -> true;
      case PARAMETER_CHANGE, RESTORE_POINT, END_OF_RECOVERY, UNREADABLE -> false;
    };
  }

  private Optional<Notable> dropBehind(Lsn target) {
    Lsn most =
        target.segmentStart(journal.segmentSize()).plus((long) SEGMENTS * journal.segmentSize());
    Lsn to = most.isBefore(limit) ? most : limit.plus(-1);
    try {
      return first(target.plus(1), to, EarlyEffects::drops);
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT) {
        throw e;
      }
      return Optional.empty(); // what lies behind the target is not needed
    }
  }

  /** The first note from a position on, up to another, of some kind. */
  private Optional<Notable> first(Lsn from, Lsn to, Predicate<Notable> kind) {
    Optional<SegmentName> segment = view.segmentAt(branch, from);
    while (segment.isPresent() && !to.isBefore(segment.get().start())) {
      Optional<Notable> found =
          journal.index(view, segment.get()).notables().stream()
              .filter(kind)
              .filter(note -> !note.start().isBefore(from) && !note.start().isAfter(to))
              .findFirst();
      if (found.isPresent()) {
        return found;
      }
      segment = view.segmentAt(branch, segment.get().end());
    }
    return Optional.empty();
  }
}
