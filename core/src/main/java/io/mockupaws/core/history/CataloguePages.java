package io.mockupaws.core.history;

import io.mockupaws.core.pg.MajorVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of one catalogue's file by their place, as far as the WAL has shown them: whole pages
 * come with the first change behind each checkpoint (src/include/storage/bufpage.h,
 * src/include/access/htup_details.h), and the changes in between are applied.
 */
final class CataloguePages {
  private static final int PAGE_HEADER = 24;
  private static final int LOWER = 12;
  private static final int NORMAL = 1;
  private static final int HEADER_OFFSET_AT = 22;

  /** Rows of one catalogue that are kept: beyond it, all are forgotten and learnt anew. */
  private static final int MOST = 2_000_000;

  private final Catalogue catalogue;
  private final Map<Long, Tuple> rows = new HashMap<>();

  CataloguePages(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  Catalogue catalogue() {
    return catalogue;
  }

  static long place(long block, int offset) {
    return block << 16 | offset;
  }

  /** The row at a place; empty: not known. */
  Optional<Tuple> at(long place, MajorVersion version) {
    return Optional.ofNullable(rows.get(place)).filter(row -> row.isWhole(catalogue, version));
  }

  /** The different names in the rows of one OID. */
  List<String> names(int oid, MajorVersion version) {
    return rows.values().stream()
        .filter(row -> row.isWhole(catalogue, version) && row.oid() == oid)
        .map(Tuple::name)
        .distinct()
        .toList();
  }

  void put(long place, Tuple row) {
    if (rows.size() >= MOST) {
      rows.clear();
    }
    rows.put(place, row);
  }

  void forget(long place) {
    rows.remove(place);
  }

  /** Takes over a whole page; places without a row are forgotten. */
  void page(long block, byte[] bytes) {
    ByteBuffer page = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int count = ((page.getShort(LOWER) & 0xFFFF) - PAGE_HEADER) / Integer.BYTES;
    for (int offset = 1; offset <= count; offset++) {
      long place = place(block, offset);
      int item = page.getInt(PAGE_HEADER + (offset - 1) * Integer.BYTES);
      int at = item & 0x7FFF;
      int length = item >>> 17;
      boolean normal = (item >>> 15 & 3) == NORMAL && at + length <= bytes.length;
      int header = normal && length > HEADER_OFFSET_AT ? bytes[at + HEADER_OFFSET_AT] & 0xFF : 0;
      if (header == 0 || header > length) {
        rows.remove(place);
      } else {
        int values = length - header;
        int kept = Math.min(values, Tuple.KEPT);
        put(place, new Tuple(Arrays.copyOfRange(bytes, at + header, at + header + kept), values));
      }
    }
  }
}
