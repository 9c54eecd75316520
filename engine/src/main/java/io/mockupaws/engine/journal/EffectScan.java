package io.mockupaws.engine.journal;

import io.mockupaws.core.history.DatabaseMark;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks over a stretch in which nobody committed for what touched files at once ({@code
 * dbase_redo}, {@code tblspc_redo}) and had not ended at its end, and where each of these began: a
 * record of its transaction, or the update in place that marks a database, which may be made before
 * the transaction has an id.
 */
final class EffectScan {
  private static final int XACT_OPERATION = 0x70;
  private static final int PREPARE = 0x10;

  private final Lsn from;
  private final Lsn target;
  private final int blockSize;
  private final Map<Long, Lsn> byTransaction = new HashMap<>();
  private final Map<String, Effect> open = new LinkedHashMap<>();
  private final Set<Integer> made = new HashSet<>();
  private final List<Mark> marks = new ArrayList<>();
  private Optional<Lsn> prepared = Optional.empty();

  /**
   * Something that had not ended.
   *
   * @param what in words
   * @param at the record that touches files
   * @param first its first effect; everything before is before it
   */
  record Effect(String what, Lsn at, Lsn first) {
    /** Of a target that was moved before it. */
    String passedBy() {
      return "it lies before "
          + what
          + " that began at "
          + first
          + ", touched files at "
          + at
          + " and had not committed by then";
    }

    /** Of a target that lies within it. */
    String cutInTwo() {
      return "it lies within "
          + what
          + " that had not committed by then; to have what was before, recover to --target-lsn "
          + first
          + " --exclusive";
    }
  }

  private record Mark(Lsn at, int database) {}

  /**
   * A scan.
   *
   * @param from records that begin before it do not count
   * @param blockSize bytes of a page of a relation
   * @param target the last record that is kept; behind it only what a DROP DATABASE says counts
   */
  EffectScan(Lsn from, Lsn target, int blockSize) {
    this.from = from;
    this.blockSize = blockSize;
    this.target = target;
  }

  /** Takes the next record. */
  boolean see(WalRecord record) {
    Lsn at = record.start();
    if (at.isBefore(from)) {
      return true;
    }
    boolean kept = !at.isAfter(target);
    if (kept) {
      if (record.xid() != 0) {
        byTransaction.putIfAbsent(record.xid(), at);
      }
      DatabaseMark.of(record, blockSize).ifPresent(database -> marks.add(new Mark(at, database)));
      prepared = isPrepare(record) ? Optional.of(at) : prepared;
    }
    if (record.rmgr() == ResourceManager.DATABASE || record.rmgr() == ResourceManager.TABLESPACE) {
      WalEvent.of(record).ifPresent(event -> see(record, event, kept));
    }
    return true;
  }

  private void see(WalRecord record, WalEvent event, boolean kept) {
    switch (event) {
      case WalEvent.DatabaseDrop(int oid, List<Integer> _) -> dropped(record, oid, kept);
      case WalEvent.DatabaseFileCopy copy when kept -> {
        made.add(copy.oid());
        begun(record, "database " + unsigned(copy.oid()), "a copy of the files of a database");
      }
      case WalEvent.DatabaseCreate create when kept -> made.add(create.oid());
      case WalEvent.TablespaceCreate create when kept ->
          begun(record, "tablespace " + unsigned(create.oid()), "a CREATE TABLESPACE");
      case WalEvent.TablespaceDrop drop when kept ->
          begun(record, "dropped tablespace " + unsigned(drop.oid()), "a DROP TABLESPACE");
      default -> {}
    }
  }

  /**
   * Without an id it takes away what a database left behind when it moved to another tablespace,
   * which was committed before. Of a database that the same transaction made, nothing is left.
   */
  private void dropped(WalRecord record, int oid, boolean kept) {
    String database = "database " + unsigned(oid);
    if (record.xid() == 0) {
      return;
    }
    if (kept && made.remove(oid)) {
      open.remove(database);
      return;
    }
    Optional<Lsn> mark = marked(oid);
    Lsn own = kept ? byTransaction.getOrDefault(record.xid(), record.start()) : record.start();
    Lsn first = mark.filter(at -> at.isBefore(own)).orElse(own);
    if (!first.isAfter(target)) {
      open.put("dropped " + database, new Effect("a DROP DATABASE", record.start(), first));
    }
  }

  private void begun(WalRecord record, String key, String what) {
    Lsn first =
        record.xid() == 0
            ? record.start()
            : byTransaction.getOrDefault(record.xid(), record.start());
    open.putIfAbsent(key, new Effect(what, record.start(), first));
  }

  private static boolean isPrepare(WalRecord record) {
    return record.rmgr() == ResourceManager.TRANSACTION
        && (record.info() & XACT_OPERATION) == PREPARE;
  }

  private static String unsigned(int oid) {
    return Integer.toUnsignedString(oid);
  }

  /** What had not ended and began first. */
  Optional<Effect> first() {
    return open.values().stream().min(Comparator.comparing(Effect::first));
  }

  /** Where a database was first marked: at the target it lets nobody in. */
  Optional<Lsn> marked(int database) {
    return marks.stream().filter(mark -> mark.database() == database).map(Mark::at).findFirst();
  }

  /** Whether a transaction was prepared behind a position: a promise, though it is no commit. */
  boolean preparedBehind(Lsn position) {
    return prepared.filter(at -> at.isAfter(position)).isPresent();
  }
}
