package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Relation;
import java.util.Optional;

/**
 * Files of relations made and cut off, which name no block (src/include/catalog/storage_xlog.h).
 */
public final class StorageRecords {
  private static final int CREATE = 0x10;
  private static final int TRUNCATE = 0x20;

  private StorageRecords() {}

  /**
   * The relation one of whose files a record makes or cuts off; empty for a record of another
   * resource manager.
   *
   * @throws io.mockupaws.core.failure.Failure WAL_DAMAGED for an operation that is not known
   */
  public static Optional<Relation> relation(WalRecord record) {
    if (record.rmgr() != ResourceManager.STORAGE) {
      return Optional.empty();
    }
    Fields fields = new Fields(record);
    return switch (record.info() & WalRecord.OPERATION_MASK) {
      case CREATE -> Optional.of(relation(fields));
      case TRUNCATE -> {
        fields.skip(Integer.BYTES);
        yield Optional.of(relation(fields));
      }
      default -> throw fields.broken("its operation on a relation's file is not known");
    };
  }

  private static Relation relation(Fields fields) {
    int tablespace = fields.i32();
    int database = fields.i32();
    return new Relation(tablespace, database, fields.i32());
  }
}
