package io.mockupaws.core.history;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.BlockReferences;
import io.mockupaws.core.wal.EndedTransaction;
import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.core.wal.WalSink;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the WAL what committed transactions did to relations, schemas and databases. Begun at
 * the start of a backup it knows the rows of catalogues that it needs: each page is in the WAL as a
 * whole before it changes, while full pages are written.
 *
 * <p>Nothing is allocated for records of indexes, nor for a transaction that changes few rows.
 */
public final class HistoryReader implements WalSink {
  private static final int STANDBY_LOCK = 0x00;
  private static final int RUNNING_TRANSACTIONS = 0x10;
  private static final int RELATION_MAP_UPDATE = 0x00;
  private static final int OPERATION_MASK = 0xF0;

  /** {@code XLOG_CHECKPOINT_ONLINE}; that of a shutdown is 0 (src/include/catalog/pg_control.h). */
  private static final int CHECKPOINT_ONLINE = 0x10;

  /** {@code XLH_DELETE_IS_SUPER}: a row that never counted as inserted. */
  private static final int SPECULATIVE = 1 << 3;

  /** {@code XLH_DELETE_IS_PARTITION_MOVE}: an update put the row into another partition. */
  private static final int PARTITION_MOVE = 1 << 4;

  private static final int FLAGS_AT = 7;

  private final int blockSize;
  private final Names names = new Names();
  private final CatalogueFiles catalogues = new CatalogueFiles();
  private final OpenTransactions open = new OpenTransactions();
  private final Commits commits;

  /**
   * A reader.
   *
   * @param blockSize bytes of a page of a relation
   * @param rows from how many deleted or updated rows on a transaction is told
   * @param timelines on which timeline a commit at a position is
   */
  public HistoryReader(int blockSize, long rows, Function<Lsn, Timeline> timelines) {
    this.blockSize = blockSize;
    this.commits = new Commits(names, catalogues, rows, timelines);
  }

  /**
   * Names as they were at the position that was read up to: they were read while WAL was written
   * that this reader has seen, or before.
   */
  public void apply(CatalogueSnapshot snapshot) {
    names.apply(snapshot);
    expect(snapshot);
  }

  /** Names of another moment: in their files the catalogues may lie. */
  public void expect(CatalogueSnapshot snapshot) {
    for (CatalogueSnapshot.DatabaseNames database : snapshot.databases()) {
      database
          .relations()
          .forEach(known -> catalogues.mayBe(database.oid(), known.oid(), known.file()));
    }
  }

  /** WAL is missing: what was open and what was known is unknown from here on. */
  public void gap() {
    open.clear(commits::neverCommitted);
    commits.name();
    names.gap();
    catalogues.gap();
    commits.gap();
  }

  /**
   * The latest commit of a transaction that may have begun before what was read: it may have done
   * things that are not told.
   */
  public Optional<Instant> outOfSight() {
    return commits.outOfSight();
  }

  /** What happened, in the order of the commits; called once, at the end. */
  public List<Event> finish() {
    open.clear(commits::neverCommitted);
    return commits.named();
  }

  @Override
  public void record(WalRecord record) {
    switch (record.rmgr()) {
      case ResourceManager.HEAP -> heap(record);
      case ResourceManager.HEAP2, ResourceManager.XLOG -> {
        CataloguePages pages = pages(record);
        if (pages != null && record.rmgr() == ResourceManager.HEAP2) {
          changed(record, pages);
        }
        if (record.rmgr() == ResourceManager.XLOG) {
          checkpoint(record);
        }
      }
      case ResourceManager.TRANSACTION -> ended(record);
      case ResourceManager.STANDBY -> standby(record);
      case ResourceManager.RELATION_MAP -> mapped(record);
      case ResourceManager.DATABASE ->
          WalEvent.of(record).ifPresent(event -> database(record, event));
      default -> {}
    }
  }

  private void heap(WalRecord record) {
    int operation = record.info() & HeapReader.OPERATION_MASK;
    BlockReferences blocks = record.blocks();
    if (blocks.count() == 0) {
      return;
    }
    CataloguePages pages = pages(record);
    if (pages != null) {
      if (operation == HeapReader.INPLACE) {
        inplace(record, pages);
      } else {
        changed(record, pages);
      }
      return;
    }
    boolean deletes = operation == HeapReader.DELETE;
    boolean updates = operation == HeapReader.UPDATE || operation == HeapReader.HOT_UPDATE;
    int number = blocks.relationNumber(0);
    if ((deletes || updates)
        && Integer.compareUnsigned(number, KnownRelation.FIRST_USER_OID) >= 0) {
      count(record, blocks, deletes);
    }
  }

  private void count(WalRecord record, BlockReferences blocks, boolean deletes) {
    int flags = deletes ? record.dataByte(FLAGS_AT) : 0;
    if ((flags & SPECULATIVE) != 0) {
      return;
    }
    long lsn = record.startPosition();
    Transaction transaction = open.get((int) record.xid(), lsn);
    int entry =
        transaction.entry(blocks.tablespace(0), blocks.database(0), blocks.relationNumber(0), lsn);
    if (deletes && (flags & PARTITION_MOVE) == 0) {
      transaction.deleted[entry]++;
    } else {
      transaction.updated[entry]++;
    }
  }

  /**
   * Takes over whole pages of catalogues, and gives what is known of that of the first block; null
   * where it is none.
   */
  private @Nullable CataloguePages pages(WalRecord record) {
    BlockReferences blocks = record.blocks();
    CataloguePages first = null;
    for (int i = 0; i < blocks.count(); i++) {
      if (blocks.fork(i) != Fork.MAIN.ordinal()) {
        continue;
      }
      CataloguePages pages = catalogues.find(blocks.database(i), blocks.relationNumber(i));
      if (pages != null && blocks.hasImage(i)) {
        long block = blocks.block(i);
        PageContent.of(blocks, i, blockSize).ifPresent(page -> pages.page(block, page));
      }
      first = i == 0 ? pages : first;
    }
    return first;
  }

  private void changed(WalRecord record, CataloguePages pages) {
    List<RowChange> found = new ArrayList<>();
    HeapReader.read(record, pages, record.blocks().database(0), found::add);
    if (found.isEmpty()) {
      return;
    }
    open.get((int) record.xid(), record.startPosition()).changes.addAll(found);
    for (RowChange change : found) {
      if (change.catalogue() == Catalogue.CLASS && change.sort() == RowChange.Sort.INSERT) {
        change.after().ifPresent(row -> catalogues.made(change.database(), row));
      }
    }
  }

  /** Of databases the first record of a DROP, which is no part of its transaction. */
  private void inplace(WalRecord record, CataloguePages pages) {
    HeapReader.read(record, pages, record.blocks().database(0), _ -> {});
    if (pages.catalogue() == Catalogue.DATABASE) {
      pages
          .at(HeapReader.inplaceAt(record), record.version())
          .filter(Tuple::isBeingDropped)
          .ifPresent(row -> commits.drops().marked(row.oid(), record.startPosition()));
    }
  }

  private void ended(WalRecord record) {
    int id = (int) record.xid();
    if (!EndedTransaction.isPlain(record) || commits.isOutOfSight(id)) {
      EndedTransaction.of(record).ifPresent(ended -> ended(record, ended));
      return;
    }
    Transaction alone = open.take(id);
    if (alone != null) {
      if (commits.isOfInterest(alone)) {
        EndedTransaction.of(record).ifPresent(ended -> ended(record, ended, List.of(alone)));
      }
      open.release(alone);
    }
  }

  private void ended(WalRecord record, EndedTransaction ended) {
    List<Transaction> parts = new ArrayList<>();
    take((int) ended.end().xid(), parts);
    ended.subtransactions().forEach(id -> take(id, parts));
    if (ended.end().committed() && commits.isOutOfSight((int) ended.end().xid())) {
      commits.committedOutOfSight(ended.end().time());
    }
    if (!parts.isEmpty() || !ended.removed().isEmpty()) {
      ended(record, ended, parts);
    }
    parts.forEach(open::release);
  }

  private void ended(WalRecord record, EndedTransaction ended, List<Transaction> parts) {
    if (ended.end().committed()) {
      commits.committed(record, ended, parts);
    } else {
      parts.forEach(part -> commits.neverCommitted((int) ended.end().xid(), part));
    }
  }

  private void take(int id, List<Transaction> parts) {
    Transaction part = open.take(id);
    if (part != null) {
      parts.add(part);
    }
  }

  /** src/include/storage/standbydefs.h, src/include/storage/lockdefs.h of 15 to 18. */
  private void standby(WalRecord record) {
    int operation = record.info() & OPERATION_MASK;
    ByteBuffer data = record.data();
    if (operation == STANDBY_LOCK && data.remaining() >= Integer.BYTES) {
      int count = Math.min(data.getInt(), data.remaining() / 12);
      for (int i = 0; i < count; i++) {
        int xid = data.getInt();
        data.getInt(); // the database
        long lsn = record.startPosition();
        open.get(xid, lsn).locks.putIfAbsent(data.getInt(), lsn);
      }
    } else if (operation == RUNNING_TRANSACTIONS && data.remaining() >= 20) {
      commits.running(data.getInt(12));
      open.endBefore(data.getInt(16), commits::neverCommitted);
    }
  }

  /**
   * Without an id a record is of ALTER DATABASE SET TABLESPACE: nothing is made, and what goes is
   * the copy that is of no use any more.
   */
  private void database(WalRecord record, WalEvent event) {
    int id = (int) record.xid();
    long lsn = record.startPosition();
    if (event instanceof WalEvent.DatabaseFileCopy copy) {
      names.copy(copy.sourceOid(), copy.oid());
      catalogues.copy(copy.sourceOid(), copy.oid());
      if (copy.sourceOid() != copy.oid()) {
        open.get(id, lsn).madeDatabases.add(copy.oid());
      }
    } else if (event instanceof WalEvent.DatabaseCreate made) {
      open.get(id, lsn).madeDatabases.add(made.oid());
    } else if (event instanceof WalEvent.DatabaseDrop drop && id != 0) {
      commits.drops().removed(open.get(id, lsn), drop.oid(), lsn);
    }
  }

  private void checkpoint(WalRecord record) {
    if ((record.info() & OPERATION_MASK) <= CHECKPOINT_ONLINE
        && WalEvent.of(record).orElse(null) instanceof WalEvent.CheckpointMade made) {
      commits.drops().checkpoint(made.checkpoint().time());
    }
  }

  /** {@code xl_relmap_update} and {@code RelMapFile} (src/backend/utils/cache/relmapper.c). */
  private void mapped(WalRecord record) {
    ByteBuffer data = record.data();
    if ((record.info() & OPERATION_MASK) != RELATION_MAP_UPDATE || data.remaining() < 20) {
      return;
    }
    open.get((int) record.xid(), record.startPosition()).movesCatalogues = true;
    int database = data.getInt(0);
    int count = Math.min(data.getInt(16), (data.remaining() - 20) / 8);
    for (int i = 0; i < count; i++) {
      catalogues.moved(database, data.getInt(20 + 8 * i), data.getInt(24 + 8 * i));
    }
  }
}
