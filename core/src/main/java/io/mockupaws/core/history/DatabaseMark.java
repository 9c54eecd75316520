package io.mockupaws.core.history;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.wal.BlockReferences;
import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.WalRecord;
import java.util.Optional;

/**
 * The mark by which DROP DATABASE begins: {@code datconnlimit} of the database's row set to -2 in
 * place ({@code dropdb} in src/backend/commands/dbcommands.c; since 15.4). It is there whatever
 * becomes of the transaction, and lets nobody in.
 */
public final class DatabaseMark {
  private DatabaseMark() {}

  /**
   * The OID of the database that a record marks; empty for any other record.
   *
   * @param blockSize bytes of a page of a relation
   */
  public static Optional<Integer> of(WalRecord record, int blockSize) {
    if (!changesSharedRowInPlace(record)) {
      return Optional.empty();
    }
    // Of shared catalogues only this one has rows that are changed in place.
    CataloguePages pages = new CataloguePages(Catalogue.DATABASE);
    PageContent.of(record.blocks(), 0, blockSize)
        .ifPresent(page -> pages.page(record.blocks().block(0), page));
    HeapReader.read(record, pages, 0, _ -> {});
    return pages
        .at(HeapReader.inplaceAt(record), record.version())
        .filter(Tuple::isBeingDropped)
        .map(Tuple::oid);
  }

  private static boolean changesSharedRowInPlace(WalRecord record) {
    if (record.rmgr() != ResourceManager.HEAP
        || (record.info() & HeapReader.OPERATION_MASK) != HeapReader.INPLACE) {
      return false;
    }
    BlockReferences blocks = record.blocks();
    return blocks.count() > 0
        && blocks.fork(0) == Fork.MAIN.ordinal()
        && blocks.tablespace(0) == Relation.GLOBAL_TABLESPACE;
  }
}
