package io.mockupaws.core.pg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The checksum of a data page: 32 FNV-1a hashes side by side, folded to 16 bits together with the
 * block's number ({@code pg_checksum_page}, src/include/storage/checksum_impl.h).
 *
 * <p>Once a thread has its scratch space nothing is allocated, and the page is not changed. Pages
 * in arrays and heap buffers are hashed where they lie; one in a direct buffer is copied first,
 * because the compiler makes vector instructions of a loop over an array only.
 */
public final class PageChecksum {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int PRIME = 16777619;
  private static final int COLUMNS = 32;
  private static final int ROW = COLUMNS * Integer.BYTES;

  /** Rows an inner loop takes at once, so that sums are loaded and stored less often. */
  private static final int ROWS = 4;

  private static final int UNIT = ROWS * ROW;

  /**
   * The column whose first word holds the stored checksum, which must count as zero. As a round
   * begins with an exclusive or, putting it into the sum beforehand takes it out of the word.
   */
  private static final int CHECKSUM_COLUMN = 2;

  /** Where each column starts: constants of PostgreSQL's format. */
  private static final int[] START = {
    0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
    0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
    0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
    0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756,
  };

  private static final ThreadLocal<int[]> SUMS = ThreadLocal.withInitial(() -> new int[COLUMNS]);
  private static final ThreadLocal<byte[]> COPY = ThreadLocal.withInitial(() -> new byte[8192]);

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
   * @param size bytes a page: a multiple of 512
   */
  public static int of(ByteBuffer pages, int at, int size, long blockNumber) {
    check(pages.limit(), at, size);
    if (pages.hasArray()) {
      return of(pages.array(), pages.arrayOffset() + at, size, blockNumber);
    }
    byte[] copy = COPY.get();
    if (copy.length < size) {
      copy = new byte[size];
      COPY.set(copy);
    }
    pages.get(at, copy, 0, size);
    return of(copy, 0, size, blockNumber);
  }

  /** As above, for a page in an array. */
  public static int of(byte[] pages, int at, int size, long blockNumber) {
    check(pages.length, at, size);
    int[] sums = SUMS.get();
    System.arraycopy(START, 0, sums, 0, COLUMNS);
    sums[CHECKSUM_COLUMN] ^= (pages[at + 8] & 0xFF) | (pages[at + 9] & 0xFF) << 8;
    int end = at + size;
    for (int i = at; i < end; i += UNIT) {
      rows(pages, i, sums);
    }
    int folded = 0;
    for (int sum : sums) {
      folded ^= finish(sum);
    }
    return reduce(folded, blockNumber);
  }

  private static void rows(byte[] page, int at, int[] sums) {
    for (int column = 0; column < COLUMNS; column++) {
      int i = at + column * Integer.BYTES;
      int sum = sums[column];
      sum = round(sum, (int) INTS.get(page, i));
      sum = round(sum, (int) INTS.get(page, i + ROW));
      sum = round(sum, (int) INTS.get(page, i + 2 * ROW));
      sum = round(sum, (int) INTS.get(page, i + 3 * ROW));
      sums[column] = sum;
    }
  }

  private static void check(int length, int at, int size) {
    if (at < 0 || size <= 0 || size % UNIT != 0 || at > length - size) {
      throw new IllegalArgumentException("no page of " + size + " bytes at " + at);
    }
  }

  private static int reduce(int folded, long blockNumber) {
    return Integer.remainderUnsigned(folded ^ (int) blockNumber, 65535) + 1;
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
