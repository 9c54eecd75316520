package io.mockupaws.core.wal;

import java.util.Optional;

/** Tablespaces made and dropped (src/include/commands/tablespace.h). */
final class TablespaceRecords {
  static final int CREATE = 0x00;
  private static final int DROP = 0x10;

  /** {@code MAXPGPATH}. */
  private static final int PATH_SIZE = 1024;

  private TablespaceRecords() {}

  static Optional<WalEvent> read(WalRecord record) {
    return switch (record.info() & WalRecord.OPERATION_MASK) {
      case CREATE -> Optional.of(create(record));
      case DROP -> Optional.of(new WalEvent.TablespaceDrop(new Fields(record).i32()));
      default -> Optional.empty();
    };
  }

  static WalEvent.TablespaceCreate create(WalRecord record) {
    Fields fields = new Fields(record);
    int oid = fields.i32();
    return new WalEvent.TablespaceCreate(oid, fields.text(PATH_SIZE));
  }
}
