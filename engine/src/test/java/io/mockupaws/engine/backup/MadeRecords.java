package io.mockupaws.engine.backup;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.engine.journal.MadeJournal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Records as PostgreSQL writes them, as far as they change files. */
final class MadeRecords {
  private static final int XLOG = 0;
  private static final int STORAGE = 2;
  private static final int DATABASE = 4;
  private static final int TABLESPACE = 5;
  private static final int BTREE = 11;

  private final MadeJournal journal;

  MadeRecords(MadeJournal journal) {
    this.journal = journal;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer all) {
    byte[] bytes = new byte[all.capacity()];
    all.get(0, bytes);
    return bytes;
  }

  private Lsn main(int rmgr, int info, ByteBuffer main) {
    byte[] data = bytes(main);
    ByteBuffer body = buffer(data.length + 2).put((byte) 255).put((byte) data.length).put(data);
    return journal.record(rmgr, info, bytes(body));
  }

  private static ByteBuffer put(ByteBuffer to, Relation relation) {
    return to.putInt(relation.tablespace()).putInt(relation.database()).putInt(relation.number());
  }

  /** A change of one block, as an index's. */
  Lsn block(Relation relation, Fork fork, int block) {
    ByteBuffer body = buffer(20).put((byte) 0).put((byte) fork.ordinal()).putShort((short) 0);
    return journal.record(BTREE, 0, bytes(put(body, relation).putInt(block)));
  }

  /** A change of two blocks of which the second names no relation of its own. */
  Lsn blocks(Relation relation, int first, int second) {
    ByteBuffer body = buffer(28).put((byte) 0).put((byte) 0).putShort((short) 0);
    put(body, relation).putInt(first);
    body.put((byte) 1).put((byte) 0x80).putShort((short) 0).putInt(second);
    return journal.record(BTREE, 0, bytes(body));
  }

  /** What no server of today does to a database. */
  Lsn unknownOfDatabase() {
    return main(DATABASE, 0x30, buffer(8));
  }

  /** {@code xl_smgr_create}. */
  Lsn made(Relation relation) {
    return main(STORAGE, 0x10, put(buffer(16), relation));
  }

  /** {@code xl_smgr_truncate}. */
  Lsn cutOff(Relation relation) {
    return main(STORAGE, 0x20, put(buffer(20).putInt(3), relation));
  }

  Lsn databaseCopied(int oid, int tablespace) {
    return main(DATABASE, 0x00, buffer(16).putInt(oid).putInt(tablespace).putInt(1).putInt(1663));
  }

  Lsn databaseMade(int oid, int tablespace) {
    return main(DATABASE, 0x10, buffer(8).putInt(oid).putInt(tablespace));
  }

  Lsn databaseDropped(int oid, int... tablespaces) {
    ByteBuffer data = buffer(8 + 4 * tablespaces.length).putInt(oid).putInt(tablespaces.length);
    for (int tablespace : tablespaces) {
      data.putInt(tablespace);
    }
    return main(DATABASE, 0x20, data);
  }

  Lsn tablespaceMade(int oid) {
    return main(TABLESPACE, 0x00, buffer(16).putInt(oid).put((byte) '/').put((byte) 't'));
  }

  Lsn tablespaceDropped(int oid) {
    return main(TABLESPACE, 0x10, buffer(4).putInt(oid));
  }

  /** The checkpoint whose replay begins there. */
  Lsn checkpoint(Lsn redo, boolean shutdown) {
    ByteBuffer data = buffer(88).putLong(redo.value()).putInt(1).putInt(1).putInt(20, 0);
    return main(XLOG, shutdown ? 0x00 : 0x10, data);
  }

  Lsn parameterChange() {
    ByteBuffer data = buffer(26);
    for (int value : new int[] {100, 8, 10, 0, 64, 1}) {
      data.putInt(value);
    }
    return main(XLOG, 0x60, data);
  }

  Lsn endOfRecovery() {
    return main(XLOG, 0x90, buffer(16).putLong(0).putInt(1).putInt(1));
  }

  /** An extension's own. */
  Lsn custom() {
    return main(128, 0, buffer(4));
  }
}
