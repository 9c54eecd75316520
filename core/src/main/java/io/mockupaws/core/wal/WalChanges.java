package io.mockupaws.core.wal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.WalLevel;

/**
 * Tells what each record changed in relations' files: every block it refers to, the forks that it
 * makes, cuts off or removes, and the blocks of the visibility map that it clears bits of without a
 * word. What {@code src/backend/postmaster/walsummarizer.c} of 17 tells, and the map.
 *
 * <p>Free space maps are left out, since not every change of theirs is in the WAL. Nothing is
 * allocated for a record of a heap or an index.
 */
public final class WalChanges implements WalSink {
  /** {@code SizeOfPageHeaderData}, aligned: in front of the map's bits. */
  private static final int PAGE_HEADER = 24;

  /** {@code HEAPBLOCKS_PER_BYTE} (src/backend/access/heap/visibilitymap.c). */
  private static final int HEAP_BLOCKS_A_BYTE = 4;

  private static final Fork[] FORKS = Fork.values();

  private final ChangeSink sink;
  private final TransactionRecords.RemovedFiles removed = this::removed;
  private final int heapBlocksAMapBlock;

  /**
   * @param blockSize bytes of a page of a relation
   */
  public WalChanges(ChangeSink sink, int blockSize) {
    this.sink = sink;
    this.heapBlocksAMapBlock = (blockSize - PAGE_HEADER) * HEAP_BLOCKS_A_BYTE;
  }

  /** A record that contradicts itself may have changed anything. */
  @Override
  public void record(WalRecord record) {
    try {
      references(record.blocks());
      rest(record);
    } catch (Failure e) {
      if (e.code() != ErrorCode.WAL_DAMAGED) {
        throw e;
      }
      sink.everything(e.what());
    }
  }

  private void references(BlockReferences blocks) {
    for (int i = 0; i < blocks.count(); i++) {
      if (blocks.fork(i) >= FORKS.length) {
        sink.everything("a record changes a fork that is not known: " + blocks.fork(i));
      } else if (blocks.fork(i) != Fork.FREE_SPACE.ordinal()) {
        sink.block(
            blocks.tablespace(i),
            blocks.database(i),
            blocks.relationNumber(i),
            blocks.fork(i),
            (int) blocks.block(i));
      }
    }
  }

  private void rest(WalRecord record) {
    switch (record.rmgr()) {
      case ResourceManager.HEAP, ResourceManager.HEAP2 -> cleared(record);
      case ResourceManager.STORAGE -> StorageRecords.changes(record, this);
      case ResourceManager.TRANSACTION -> TransactionRecords.removedFiles(record, removed);
      case ResourceManager.DATABASE ->
          DatabaseRecords.read(record)
              .ifPresentOrElse(
                  this::database,
                  () -> sink.everything("a record does to a database what is not known"));
      case ResourceManager.XLOG -> {
        if (record.is(ResourceManager.XLOG, XlogRecords.PARAMETER_CHANGE)) {
          XlogRecords.read(record).ifPresent(this::settings);
        }
      }
      default -> {
        if (ResourceManager.isCustom(record.rmgr())) {
          sink.everything("an extension wrote WAL of its own, which may change any file");
        }
      }
    }
  }

  private void cleared(WalRecord record) {
    int blocks = HeapRecords.cleared(record);
    if ((blocks & HeapRecords.FIRST) != 0) {
      cleared(record.blocks(), 0);
    }
    if ((blocks & HeapRecords.OLD) != 0) {
      // An update within one page refers to that page alone.
      cleared(record.blocks(), record.blocks().indexOf(1) < 0 ? 0 : 1);
    }
  }

  private void cleared(BlockReferences blocks, int id) {
    int i = blocks.indexOf(id);
    if (i >= 0) {
      sink.block(
          blocks.tablespace(i),
          blocks.database(i),
          blocks.relationNumber(i),
          Fork.VISIBILITY.ordinal(),
          (int) (blocks.block(i) / heapBlocksAMapBlock));
    }
  }

  /** A fork was made, or cut off at {@code limit}. */
  void cutOff(int tablespace, int database, int relation, Fork fork, int limit) {
    if (fork != Fork.FREE_SPACE) {
      sink.from(tablespace, database, relation, fork.ordinal(), limit);
    }
  }

  /**
   * The map of a heap that was cut off at {@code heapLimit}: its last block that stays loses bits
   * ({@code visibilitymap_prepare_truncate}).
   */
  void mapCutOff(int tablespace, int database, int relation, int heapLimit) {
    long limit = Integer.toUnsignedLong(heapLimit);
    long last = limit / heapBlocksAMapBlock;
    int fork = Fork.VISIBILITY.ordinal();
    boolean stays = limit % heapBlocksAMapBlock != 0;
    if (stays) {
      sink.block(tablespace, database, relation, fork, (int) last);
    }
    sink.from(tablespace, database, relation, fork, (int) (stays ? last + 1 : last));
  }

  private void removed(int tablespace, int database, int relation) {
    for (Fork fork : FORKS) {
      cutOff(tablespace, database, relation, fork, 0);
    }
  }

  private void database(WalEvent event) {
    switch (event) {
      case WalEvent.DatabaseFileCopy(int oid, int tablespace, int _, int _) ->
          sink.database(tablespace, oid);
      case WalEvent.DatabaseCreate(int oid, int tablespace) -> sink.database(tablespace, oid);
      case WalEvent.DatabaseDrop drop ->
          drop.tablespaces().forEach(tablespace -> sink.database(tablespace, drop.oid()));
      default -> throw new IllegalStateException("no record of a database: " + event);
    }
  }

  private void settings(WalEvent event) {
    if (event instanceof WalEvent.ParameterChange change
        && change.settings().walLevel() == WalLevel.MINIMAL) {
      sink.everything("wal_level was minimal");
    }
  }
}
