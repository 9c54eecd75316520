package io.mockupaws.core.wal;

/**
 * Changes of heaps that clear bits of the visibility map, which 15, 16 and early releases of 17 and
 * 18 do not name as a block (src/include/access/heapam_xlog.h).
 */
final class HeapRecords {
  /** The map's bits of the record's block 0 are cleared. */
  static final int FIRST = 1;

  /** Those of the block an update took the row from: block 1, or 0 where there is no other. */
  static final int OLD = 2;

  /** {@code XLOG_HEAP_OPMASK}: without the bit that says a page was made from nothing. */
  private static final int OPERATION_MASK = 0x70;

  private static final int INSERT = 0x00;
  private static final int DELETE = 0x10;
  private static final int UPDATE = 0x20;
  private static final int HOT_UPDATE = 0x40;
  private static final int LOCK = 0x60;

  private static final int MULTI_INSERT = 0x50;
  private static final int LOCK_UPDATED = 0x60;

  /** Where the flags stand in {@code xl_heap_insert}, in {@code xl_heap_multi_insert}, else. */
  private static final int INSERT_FLAGS = 2;

  private static final int MULTI_INSERT_FLAGS = 0;
  private static final int FLAGS = 7;

  /** {@code ..._ALL_VISIBLE_CLEARED}, {@code ..._ALL_FROZEN_CLEARED}: bit 0 of all of them. */
  private static final int CLEARED = 0x01;

  /** {@code XLH_UPDATE_NEW_ALL_VISIBLE_CLEARED}; bit 0 is the old block's. */
  private static final int NEW_CLEARED = 0x02;

  private HeapRecords() {}

  /** For which of its blocks a record of HEAP or HEAP2 clears bits of the map. */
  static int cleared(WalRecord record) {
    int operation = record.info() & OPERATION_MASK;
    if (record.rmgr() == ResourceManager.HEAP2) {
      return switch (operation) {
        case MULTI_INSERT -> first(record.dataByte(MULTI_INSERT_FLAGS));
        case LOCK_UPDATED -> first(record.dataByte(FLAGS));
        default -> 0;
      };
    }
    return switch (operation) {
      case INSERT -> first(record.dataByte(INSERT_FLAGS));
      case DELETE, LOCK -> first(record.dataByte(FLAGS));
      case UPDATE, HOT_UPDATE -> update(record.dataByte(FLAGS));
      default -> 0;
    };
  }

  private static int first(int flags) {
    return (flags & CLEARED) != 0 ? FIRST : 0;
  }

  private static int update(int flags) {
    return ((flags & CLEARED) != 0 ? OLD : 0) | ((flags & NEW_CLEARED) != 0 ? FIRST : 0);
  }
}
