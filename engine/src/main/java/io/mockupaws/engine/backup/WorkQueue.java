package io.mockupaws.engine.backup;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Hands the files of a listing to workers: large files one by one, the largest first, so that none
 * is left over at the end; then small files in batches, in the order of the listing, so that
 * neighbours share packs. Safe for use by many threads.
 */
final class WorkQueue {
  /** A file of at least this many bytes is read by itself. */
  static final int LARGE = 1 << 20;

  private static final int BATCH_FILES = 256;
  private static final int[] NOTHING = {};

  private final Listing listing;
  private final IntPredicate skipped;
  private final int batchBytes;
  private final int[] large;
  private int nextLarge;
  private int nextSmall;

  /**
   * A queue of all files.
   *
   * @param batchBytes bytes the files of a batch have together at most; at least {@link #LARGE}
   * @param skipped the numbers of files that are not to be read
   */
  WorkQueue(Listing listing, int batchBytes, IntPredicate skipped) {
    this.listing = listing;
    this.batchBytes = batchBytes;
    this.skipped = skipped;
    this.large = largestFirst();
  }

  /** Sorts without objects: the size in MiB, the larger the earlier, over the file's number. */
  private int[] largestFirst() {
    long[] keys =
        IntStream.range(0, listing.limit())
            .filter(file -> isWanted(file) && listing.size(file) >= LARGE)
            .mapToLong(file -> -(listing.size(file) >>> 20) << 31 | file)
            .toArray();
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) (key & Integer.MAX_VALUE)).toArray();
  }

  private boolean isWanted(int file) {
    return !listing.isLeft(file) && !skipped.test(file);
  }

  /** The files to read next: one large or several small ones; empty when all were handed out. */
  synchronized int[] next() {
    if (nextLarge < large.length) {
      return new int[] {large[nextLarge++]};
    }
    int[] batch = new int[BATCH_FILES];
    int files = 0;
    long bytes = 0;
    while (nextSmall < listing.limit() && files < BATCH_FILES) {
      int file = nextSmall;
      boolean small = isWanted(file) && listing.size(file) < LARGE;
      if (small && bytes + listing.size(file) > batchBytes) {
        break;
      }
      nextSmall++;
      if (small) {
        batch[files++] = file;
        bytes += listing.size(file);
      }
    }
    return files == 0 ? NOTHING : Arrays.copyOf(batch, files);
  }
}
