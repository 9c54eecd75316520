package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Relation;
import java.util.Optional;

/**
 * Files of relations made and cut off, which name no block (src/include/catalog/storage_xlog.h).
 */
public final class StorageRecords {
  private static final int CREATE = 0x10;
  private static final int TRUNCATE = 0x20;

  /** {@code SMGR_TRUNCATE_HEAP}: the main fork, of whatever relation. */
  private static final int TRUNCATES_HEAP = 0x01;

  /** {@code SMGR_TRUNCATE_VM}. */
  private static final int TRUNCATES_MAP = 0x02;

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

  /** Tells which fork a record of this resource manager makes, or which ones it cuts off. */
  static void changes(WalRecord record, WalChanges changes) {
    Fields fields = new Fields(record);
    switch (record.info() & WalRecord.OPERATION_MASK) {
      case CREATE -> {
        Relation made = relation(fields);
        Fork fork =
            Fork.of(fields.i32())
                .orElseThrow(() -> fields.broken("it makes a fork that is not known"));
        changes.cutOff(made.tablespace(), made.database(), made.number(), fork, 0);
      }
      case TRUNCATE -> {
        int limit = fields.i32();
        Relation cut = relation(fields);
        int forks = fields.i32();
        if ((forks & TRUNCATES_HEAP) != 0) {
          changes.cutOff(cut.tablespace(), cut.database(), cut.number(), Fork.MAIN, limit);
        }
        if ((forks & TRUNCATES_MAP) != 0) {
          changes.mapCutOff(cut.tablespace(), cut.database(), cut.number(), limit);
        }
      }
      default -> throw fields.broken("its operation on a relation's file is not known");
    }
  }

  private static Relation relation(Fields fields) {
    int tablespace = fields.i32();
    int database = fields.i32();
    return new Relation(tablespace, database, fields.i32());
  }
}
