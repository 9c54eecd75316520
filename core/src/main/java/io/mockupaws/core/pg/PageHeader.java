package io.mockupaws.core.pg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a data page ({@code PageHeaderData}, src/include/storage/bufpage.h), read in place:
 * nothing is allocated, and the buffer's own byte order and position do not matter.
 */
public final class PageHeader {
  /** Bytes of the header, in front of the line pointers. */
  public static final int SIZE = 24;

  /** {@code PD_VALID_FLAG_BITS}. */
  public static final int KNOWN_FLAGS = 0x0007;

  private static final VarHandle SHORTS =
      MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private PageHeader() {}

  /**
   * The end of the WAL record that changed the page last, as a number for {@link Lsn}: its high
   * half lies in front of its low half.
   */
  public static long lsn(ByteBuffer pages, int at) {
    return (long) (int) INTS.get(pages, at) << 32
        | Integer.toUnsignedLong((int) INTS.get(pages, at + 4));
  }

  /** The stored checksum: 0 on a page that was written without one. */
  public static int checksum(ByteBuffer pages, int at) {
    return unsignedShort(pages, at + 8);
  }

  /** Flag bits, of which only {@link #KNOWN_FLAGS} may be set. */
  public static int flags(ByteBuffer pages, int at) {
    return unsignedShort(pages, at + 10);
  }

  /** Where the line pointers end. */
  public static int lower(ByteBuffer pages, int at) {
    return unsignedShort(pages, at + 12);
  }

  /** Where the tuples begin. */
  public static int upper(ByteBuffer pages, int at) {
    return unsignedShort(pages, at + 14);
  }

  /** Where the special space begins. */
  public static int special(ByteBuffer pages, int at) {
    return unsignedShort(pages, at + 16);
  }

  /** The page's size as it says itself: the upper byte of the field, whose lower is a version. */
  public static int pageSize(ByteBuffer pages, int at) {
    return unsignedShort(pages, at + 18) & 0xFF00;
  }

  /** A page that was never filled in ({@code PageIsNew}): it carries no checksum. */
  public static boolean isNew(ByteBuffer pages, int at) {
    return upper(pages, at) == 0;
  }

  /** Whether all {@code size} bytes are zero; {@code size} is a multiple of 8. */
  public static boolean isAllZero(ByteBuffer pages, int at, int size) {
    for (int i = at; i < at + size; i += Long.BYTES) {
      if ((long) LONGS.get(pages, i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static int unsignedShort(ByteBuffer pages, int at) {
    return Short.toUnsignedInt((short) SHORTS.get(pages, at));
  }
}
