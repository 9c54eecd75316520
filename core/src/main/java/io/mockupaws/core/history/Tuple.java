package io.mockupaws.core.history;

import io.mockupaws.core.pg.MajorVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A row of a catalogue: the beginning of its values as they lie behind the tuple's header. Fixed
 * columns that are never null stand at fixed places there (src/include/catalog/pg_class.h,
 * pg_attribute.h, pg_namespace.h, pg_database.h of 15 to 18).
 */
final class Tuple {
  /** Further than any column that is read. */
  static final int KEPT = 160;

  static final int NAME_SIZE = 64;

  private static final int OID = 0;
  private static final int NAME = 4;
  private static final int NAMESPACE = 68;
  private static final int FILE = 88;
  private static final int TABLESPACE = 92;
  private static final int ROWS = 100;
  private static final int TYPE = 68;
  private static final int CONNECTION_LIMIT = 80;
  private static final String DROPPED_COLUMN = "........pg.dropped.";

  private final byte[] kept;
  private final int length;

  /**
   * @param kept the first bytes of the values, as many as are known, at most {@link #KEPT}
   * @param length of all values
   */
  Tuple(byte[] kept, int length) {
    this.kept = kept;
    this.length = length;
  }

  byte[] kept() {
    return kept;
  }

  int length() {
    return length;
  }

  /** Whether everything that is read of a row of this catalogue is there. */
  boolean isWhole(Catalogue catalogue, MajorVersion version) {
    return kept.length
        >= switch (catalogue) {
          case CLASS -> kindAt(version) + 1;
          case ATTRIBUTE -> typeModifierAt(version) + 4;
          case NAMESPACE -> NAME + NAME_SIZE;
          case DATABASE -> CONNECTION_LIMIT + 4;
        };
  }

  private int i32(int at) {
    return ByteBuffer.wrap(kept).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  /** {@code oid}; of pg_attribute {@code attrelid}. */
  int oid() {
    return i32(OID);
  }

  String name() {
    int end = NAME;
    while (end < NAME + NAME_SIZE && kept[end] != 0) {
      end++;
    }
    return new String(kept, NAME, end - NAME, StandardCharsets.UTF_8);
  }

  /** {@code relnamespace}. */
  int namespace() {
    return i32(NAMESPACE);
  }

  /** {@code relfilenode}; 0: none, or a mapped catalogue. */
  int file() {
    return i32(FILE);
  }

  /** {@code reltablespace}; 0: the database's. */
  int tablespace() {
    return i32(TABLESPACE);
  }

  /** {@code reltuples}; negative: not known. */
  long rows() {
    return (long) Float.intBitsToFloat(i32(ROWS));
  }

  /** {@code relkind}. */
  char kind(MajorVersion version) {
    return (char) kept[kindAt(version)];
  }

  /** {@code relpersistence}: p, u or t. */
  char persistence(MajorVersion version) {
    return (char) kept[kindAt(version) - 1];
  }

  /** {@code relallfrozen} came in 18, before it. */
  private static int kindAt(MajorVersion version) {
    return version == MajorVersion.V18 ? 119 : 115;
  }

  private static int typeModifierAt(MajorVersion version) {
    return switch (version) {
      case V15 -> 88;
      case V16, V17 -> 80;
      case V18 -> 76;
    };
  }

  /** Of pg_attribute: whether the column was dropped; its name is written over then. */
  boolean isDroppedColumn() {
    return name().startsWith(DROPPED_COLUMN);
  }

  /** Of pg_attribute: whether both have the same type, with the same modifier. */
  boolean hasTypeOf(Tuple other, MajorVersion version) {
    int modifier = typeModifierAt(version);
    return i32(TYPE) == other.i32(TYPE) && i32(modifier) == other.i32(modifier);
  }

  /** Of pg_database: {@code datconnlimit} is -2 while the database is being dropped. */
  boolean isBeingDropped() {
    return i32(CONNECTION_LIMIT) == -2;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tuple tuple
        && length == tuple.length
        && Arrays.equals(kept, tuple.kept);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(kept);
  }
}
