package io.mockupaws.engine.backup;

import io.mockupaws.core.format.IntColumn;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Which files of a listing are read in parts, and which not at all since nothing of them changed.
 * Made by one thread; then the changed ones are handed out to many.
 */
final class PartPlan {
  private final BitSet known = new BitSet();
  private final IntColumn changed = new IntColumn();
  private final AtomicInteger next = new AtomicInteger();
  private long bytes;
  private long partBytes;
  private long unwatched;

  /** Takes the files of which nothing changed. */
  @FunctionalInterface
  interface Unchanged {
    void file(Listing.Listed listed, Parts parts);
  }

  /** Of a backup that reads every file whole. */
  static PartPlan none() {
    return new PartPlan();
  }

  /**
   * Plans.
   *
   * @param taken files that need no reading for other reasons
   */
  static PartPlan of(Listing listing, Reuse reuse, IntPredicate taken, Unchanged unchanged) {
    PartPlan plan = new PartPlan();
    for (int file = 0; file < listing.limit(); file++) {
      if (listing.isLeft(file) || taken.test(file)) {
        continue;
      }
      Optional<Parts> parts = reuse.parts(listing.path(file), listing.size(file));
      if (parts.isPresent() && reuse.mayHaveChangedUnwatched(listing.statusChanged(file))) {
        plan.unwatched++;
      } else if (parts.isPresent()) {
        plan.add(file, listing.size(file), parts.get());
        if (parts.get().all().isEmpty()) {
          unchanged.file(listing.file(file), parts.get());
        }
      }
    }
    return plan;
  }

  private void add(int file, long size, Parts parts) {
    known.set(file);
    bytes += size;
    partBytes += parts.bytes();
    if (!parts.all().isEmpty()) {
      changed.add(file);
    }
  }

  /** Whether a file is not read whole. */
  boolean isKnown(int file) {
    return known.get(file);
  }

  /** Bytes of the files that are not read whole, and need not be read. */
  long savedBytes() {
    return bytes - partBytes;
  }

  /**
   * Files that are read whole although the WAL names only parts of them, since they may have been
   * changed while the server was down.
   */
  long unwatched() {
    return unwatched;
  }

  /** The next files to read in parts, at most so many; empty when all were handed out. */
  int[] next(int most) {
    int from = Math.min(next.getAndAdd(most), changed.count());
    int[] files = new int[Math.min(most, changed.count() - from)];
    Arrays.setAll(files, i -> changed.get(from + i));
    return files;
  }
}
