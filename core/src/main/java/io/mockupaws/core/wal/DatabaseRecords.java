package io.mockupaws.core.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Databases made and dropped (src/include/commands/dbcommands_xlog.h). */
final class DatabaseRecords {
  private static final int CREATE_FILE_COPY = 0x00;
  private static final int CREATE_WAL_LOG = 0x10;
  private static final int DROP = 0x20;

  private DatabaseRecords() {}

  static Optional<WalEvent> read(WalRecord record) {
    return switch (record.info() & WalRecord.OPERATION_MASK) {
      case CREATE_FILE_COPY -> Optional.of(fileCopy(new Fields(record)));
      case CREATE_WAL_LOG -> Optional.of(create(new Fields(record)));
      case DROP -> Optional.of(drop(new Fields(record)));
      default -> Optional.empty();
    };
  }

  private static WalEvent fileCopy(Fields fields) {
    int oid = fields.i32();
    int tablespace = fields.i32();
    int sourceOid = fields.i32();
    return new WalEvent.DatabaseFileCopy(oid, tablespace, sourceOid, fields.i32());
  }

  private static WalEvent create(Fields fields) {
    int oid = fields.i32();
    return new WalEvent.DatabaseCreate(oid, fields.i32());
  }

  private static WalEvent drop(Fields fields) {
    int oid = fields.i32();
    int count = fields.i32();
    List<Integer> tablespaces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tablespaces.add(fields.i32());
    }
    return new WalEvent.DatabaseDrop(oid, tablespaces);
  }
}
