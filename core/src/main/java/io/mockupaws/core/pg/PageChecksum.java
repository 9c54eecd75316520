package io.mockupaws.core.pg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The checksum of a data page: 32 FNV-1a hashes side by side, folded to 16 bits together with the
 * block's number ({@code pg_checksum_page}, src/include/storage/checksum_impl.h).
 *
 * <p>Nothing is allocated and the page is not changed, so many threads may share a page. The 32
 * columns are hashed in four passes of eight: eight sums stay in registers, and eight independent
 * chains are what it takes to keep the multiplier busy.
 */
public final class PageChecksum {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BUFFER_INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int PRIME = 16777619;
  private static final int COLUMNS = 32;
  private static final int PASS = 8;
  private static final int ROW = COLUMNS * Integer.BYTES;

  /** Where each column starts: constants of PostgreSQL's format. */
  private static final int[] START = {
    0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
    0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
    0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
    0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756,
  };

  private PageChecksum() {}

  /**
   * The checksum a page must have: 1 to 65535. Meaningless for a page without a header (see {@link
   * PageHeader#isNew}).
   *
   * @param page the page's bytes are the remaining ones; position and limit do not move
   * @param blockNumber the block's number in its fork, counted over all files of the relation
   */
  public static int of(ByteBuffer page, long blockNumber) {
    return of(page, page.position(), page.remaining(), blockNumber);
  }

  /**
   * As above, for the page that lies at an absolute index.
   *
   * @param size bytes a page: a multiple of 128
   */
  public static int of(ByteBuffer pages, int at, int size, long blockNumber) {
    if (pages.hasArray()) {
      return of(pages.array(), pages.arrayOffset() + at, size, blockNumber);
    }
    check(pages.limit(), at, size);
    int stored = PageHeader.checksum(pages, at);
    int folded = 0;
    for (int column = 0; column < COLUMNS; column += PASS) {
      folded ^= pass(pages, at, size, column, column == 0 ? stored : 0);
    }
    return reduce(folded, blockNumber);
  }

  /** As above, for a page in an array. */
  public static int of(byte[] pages, int at, int size, long blockNumber) {
    check(pages.length, at, size);
    int stored = (pages[at + 8] & 0xFF) | (pages[at + 9] & 0xFF) << 8;
    int folded = 0;
    for (int column = 0; column < COLUMNS; column += PASS) {
      folded ^= pass(pages, at, size, column, column == 0 ? stored : 0);
    }
    return reduce(folded, blockNumber);
  }

  private static void check(int length, int at, int size) {
    if (at < 0 || size <= 0 || size % ROW != 0 || at > length - size) {
      throw new IllegalArgumentException("no page of " + size + " bytes at " + at);
    }
  }

  private static int reduce(int folded, long blockNumber) {
    return Integer.remainderUnsigned(folded ^ (int) blockNumber, 65535) + 1;
  }

  /**
   * @param stored the checksum on the page, which must count as zero: it lies in the third column's
   *     first word, and as a round begins with an exclusive or, putting it into the sum beforehand
   *     takes it out of the word
   */
  private static int pass(byte[] page, int at, int size, int column, int stored) {
    int a = START[column];
    int b = START[column + 1];
    int c = START[column + 2] ^ stored;
    int d = START[column + 3];
    int e = START[column + 4];
    int f = START[column + 5];
    int g = START[column + 6];
    int h = START[column + 7];
    int end = at + size;
    for (int i = at + column * Integer.BYTES; i < end; i += ROW) {
      a = round(a, (int) INTS.get(page, i));
      b = round(b, (int) INTS.get(page, i + 4));
      c = round(c, (int) INTS.get(page, i + 8));
      d = round(d, (int) INTS.get(page, i + 12));
      e = round(e, (int) INTS.get(page, i + 16));
      f = round(f, (int) INTS.get(page, i + 20));
      g = round(g, (int) INTS.get(page, i + 24));
      h = round(h, (int) INTS.get(page, i + 28));
    }
    return finish(a) ^ finish(b) ^ finish(c) ^ finish(d) ^ finish(e) ^ finish(f) ^ finish(g)
        ^ finish(h);
  }

  private static int pass(ByteBuffer page, int at, int size, int column, int stored) {
    int a = START[column];
    int b = START[column + 1];
    int c = START[column + 2] ^ stored;
    int d = START[column + 3];
    int e = START[column + 4];
    int f = START[column + 5];
    int g = START[column + 6];
    int h = START[column + 7];
    int end = at + size;
    for (int i = at + column * Integer.BYTES; i < end; i += ROW) {
      a = round(a, (int) BUFFER_INTS.get(page, i));
      b = round(b, (int) BUFFER_INTS.get(page, i + 4));
      c = round(c, (int) BUFFER_INTS.get(page, i + 8));
      d = round(d, (int) BUFFER_INTS.get(page, i + 12));
      e = round(e, (int) BUFFER_INTS.get(page, i + 16));
      f = round(f, (int) BUFFER_INTS.get(page, i + 20));
      g = round(g, (int) BUFFER_INTS.get(page, i + 24));
      h = round(h, (int) BUFFER_INTS.get(page, i + 28));
    }
    return finish(a) ^ finish(b) ^ finish(c) ^ finish(d) ^ finish(e) ^ finish(f) ^ finish(g)
        ^ finish(h);
  }

  private static int round(int sum, int value) {
    int mixed = sum ^ value;
    return mixed * PRIME ^ mixed >>> 17;
  }

  /** Two rounds of zeros mix the last words in. */
  private static int finish(int sum) {
    return round(round(sum, 0), 0);
  }
}
