package io.mockupaws.core.history;

import io.mockupaws.core.history.RowChange.Sort;
import io.mockupaws.core.pg.MajorVersion;
import io.mockupaws.core.wal.BlockReferences;
import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads what records of a heap did to rows of a catalogue (src/include/access/heapam_xlog.h, the
 * same in 15 to 18 as far as it is read).
 */
final class HeapReader {
  static final int OPERATION_MASK = 0x70;
  static final int INSERT = 0x00;
  static final int DELETE = 0x10;
  static final int UPDATE = 0x20;
  static final int HOT_UPDATE = 0x40;
  static final int INPLACE = 0x70;

  /** In HEAP2. */
  static final int MULTI_INSERT = 0x50;

  private static final int INITIALISED_PAGE = 0x80;
  private static final int PREFIX_FROM_OLD = 1 << 5;
  private static final int SUFFIX_FROM_OLD = 1 << 6;
  private static final int FLAGS_AT = 7;

  /** {@code SizeofHeapTupleHeader}: a null bitmap and padding lie between it and the values. */
  private static final int TUPLE_HEADER = 23;

  private HeapReader() {}

  /**
   * Applies a record to the rows that are known, and tells what it changed.
   *
   * @param pages of the record's first block, into which whole pages were taken over already
   */
  static void read(WalRecord record, CataloguePages pages, int database, Consumer<RowChange> sink) {
    int operation = record.info() & OPERATION_MASK;
    if (record.rmgr() == ResourceManager.HEAP2) {
      if (operation == MULTI_INSERT) {
        multiInsert(record, pages, database, sink);
      }
      return;
    }
    switch (operation) {
      case INSERT -> insert(record, pages, database, sink);
      case DELETE -> delete(record, pages, database, sink);
      case UPDATE, HOT_UPDATE -> update(record, pages, database, sink);
      case INPLACE -> inplace(record, pages);
      default -> {}
    }
  }

  /** Where the row lies that a record changes in place. */
  static long inplaceAt(WalRecord record) {
    return CataloguePages.place(record.blocks().block(0), u16(record, 0));
  }

  private static void insert(
      WalRecord record, CataloguePages pages, int database, Consumer<RowChange> sink) {
    long place = CataloguePages.place(record.blocks().block(0), u16(record, 0));
    if (!record.blocks().hasImage(0)) {
      ByteBuffer data = record.blocks().data(0);
      pages.put(place, values(data, data.remaining()));
    }
    made(record, pages, database, place, sink);
  }

  private static void made(
      WalRecord record, CataloguePages pages, int database, long place, Consumer<RowChange> sink) {
    Optional<Tuple> after = pages.at(place, record.version());
    sink.accept(
        new RowChange(
            pages.catalogue(),
            database,
            Sort.INSERT,
            place,
            Optional.empty(),
            after,
            record.startPosition()));
  }

  /** Reads a header and the values behind it, {@code length} bytes together. */
  private static Tuple values(ByteBuffer data, int length) {
    int begin = data.position();
    int header = data.get(begin + 4) & 0xFF;
    int skip = 5 + header - TUPLE_HEADER;
    int count = length - skip;
    byte[] kept = new byte[Math.min(count, Tuple.KEPT)];
    data.get(begin + skip, kept);
    return new Tuple(kept, count);
  }

  private static void multiInsert(
      WalRecord record, CataloguePages pages, int database, Consumer<RowChange> sink) {
    BlockReferences blocks = record.blocks();
    boolean initialised = (record.info() & INITIALISED_PAGE) != 0;
    int count = u16(record, 2);
    ByteBuffer data = blocks.data(0);
    for (int i = 0; i < count; i++) {
      int offset = initialised ? i + 1 : u16(record, 4 + 2 * i);
      long place = CataloguePages.place(blocks.block(0), offset);
      if (!blocks.hasImage(0)) {
        int at = data.position() + (data.position() & 1);
        int length = data.getShort(at) & 0xFFFF;
        int header = data.get(at + 6) & 0xFF;
        int skip = header - TUPLE_HEADER;
        byte[] kept = new byte[Math.min(length - skip, Tuple.KEPT)];
        data.get(at + 7 + skip, kept);
        data.position(at + 7 + length);
        pages.put(place, new Tuple(kept, length - skip));
      }
      made(record, pages, database, place, sink);
    }
  }

  private static void delete(
      WalRecord record, CataloguePages pages, int database, Consumer<RowChange> sink) {
    long place = CataloguePages.place(record.blocks().block(0), u16(record, 4));
    sink.accept(
        new RowChange(
            pages.catalogue(),
            database,
            Sort.DELETE,
            place,
            pages.at(place, record.version()),
            Optional.empty(),
            record.startPosition()));
  }

  private static void update(
      WalRecord record, CataloguePages pages, int database, Consumer<RowChange> sink) {
    BlockReferences blocks = record.blocks();
    int old = blocks.count() > 1 && blocks.id(1) == 1 ? 1 : 0;
    long oldPlace = CataloguePages.place(blocks.block(old), u16(record, 4));
    long place = CataloguePages.place(blocks.block(0), u16(record, 12));
    MajorVersion version = record.version();
    Optional<Tuple> before = pages.at(oldPlace, version);
    if (!blocks.hasImage(0)) {
      combined(record, before).ifPresentOrElse(r -> pages.put(place, r), () -> pages.forget(place));
    }
    Optional<Tuple> after = pages.at(place, version);
    sink.accept(
        new RowChange(
            pages.catalogue(),
            database,
            Sort.UPDATE,
            oldPlace,
            before,
            after,
            record.startPosition()));
  }

  /** The row behind an update, which may have its beginning and end from the one before. */
  private static Optional<Tuple> combined(WalRecord record, Optional<Tuple> before) {
    int flags = record.dataByte(FLAGS_AT);
    ByteBuffer data = record.blocks().data(0);
    int prefix = (flags & PREFIX_FROM_OLD) != 0 ? data.getShort() & 0xFFFF : 0;
    int suffix = (flags & SUFFIX_FROM_OLD) != 0 ? data.getShort() & 0xFFFF : 0;
    Tuple middle = values(data, data.remaining());
    if (prefix + suffix == 0) {
      return Optional.of(middle);
    }
    return before.map(old -> joined(old, prefix, middle, suffix));
  }

  private static Tuple joined(Tuple old, int prefix, Tuple middle, int suffix) {
    int length = prefix + middle.length() + suffix;
    byte[] kept = new byte[Math.min(length, Tuple.KEPT)];
    for (int i = 0; i < kept.length; i++) {
      boolean inMiddle = i >= prefix && i < prefix + middle.length();
      byte[] from = inMiddle ? middle.kept() : old.kept();
      int at = inMiddle ? i - prefix : i < prefix ? i : i - length + old.length();
      if (at < 0 || at >= from.length) {
        return new Tuple(Arrays.copyOf(kept, i), length); // from here on it is not known
      }
      kept[i] = from[at];
    }
    return new Tuple(kept, length);
  }

  private static void inplace(WalRecord record, CataloguePages pages) {
    if (!record.blocks().hasImage(0)) {
      ByteBuffer data = record.blocks().data(0);
      int length = data.remaining();
      byte[] kept = new byte[Math.min(length, Tuple.KEPT)];
      data.get(kept);
      pages.put(inplaceAt(record), new Tuple(kept, length));
    }
  }

  private static int u16(WalRecord record, int at) {
    return record.dataByte(at) | record.dataByte(at + 1) << 8;
  }
}
