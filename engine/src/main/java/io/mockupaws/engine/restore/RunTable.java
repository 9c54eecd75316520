package io.mockupaws.engine.restore;

import io.mockupaws.core.format.IntColumn;
import io.mockupaws.core.format.LongColumn;
import java.util.function.IntPredicate;

/**
 * Runs of a batch of packs in a few arrays, 32 bytes a run, to be looked up by pack and position.
 * Filled by one thread, sorted once, then read by many.
 */
final class RunTable {
  private final IntColumn packs = new IntColumn();
  private final IntColumn files = new IntColumn();
  private final LongColumn starts = new LongColumn();
  private final LongColumn lengths = new LongColumn();
  private final LongColumn fileOffsets = new LongColumn();
  private int count;

  /** The runs' numbers, by pack and then by start. */
  private int[] order = new int[0];

  /** For each place in the order, the furthest end of that pack's runs up to it. */
  private long[] reach = new long[0];

  /**
   * Adds a run.
   *
   * @param start where it begins in the pack's content, in bytes
   */
  void add(int pack, long start, long length, int file, long fileOffset) {
    packs.add(pack);
    starts.add(start);
    lengths.add(length);
    files.add(file);
    fileOffsets.add(fileOffset);
    count++;
  }

  int count() {
    return count;
  }

  /** Removes the runs of some files; before they are ordered. */
  void removeFiles(IntPredicate unwanted) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (!unwanted.test(files.get(i))) {
        packs.set(kept, packs.get(i));
        starts.set(kept, starts.get(i));
        lengths.set(kept, lengths.get(i));
        files.set(kept, files.get(i));
        fileOffsets.set(kept, fileOffsets.get(i));
        kept++;
      }
    }
    count = kept;
    packs.cut(kept);
    files.cut(kept);
    starts.cut(kept);
    lengths.cut(kept);
    fileOffsets.cut(kept);
  }

  /** Orders what was added; look-ups are allowed from here on. */
  void sort() {
    order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    mergeSort(order, new int[count], 0, count);
    reach = new long[count];
    for (int i = 0; i < count; i++) {
      long end = starts.get(order[i]) + lengths.get(order[i]);
      boolean samePack = i > 0 && packs.get(order[i]) == packs.get(order[i - 1]);
      reach[i] = samePack ? Math.max(end, reach[i - 1]) : end;
    }
  }

  /** A part of a run that lies in a stretch of a pack's content. */
  interface PartSink {
    /**
     * Takes a part.
     *
     * @param from where it begins in the stretch
     * @param length bytes
     */
    void part(int file, long fileOffset, int from, int length);
  }

  /**
   * Gives every part of a run that lies in {@code [from, from + length)} of a pack's content, in
   * the order of their starts.
   */
  void forEachPart(int pack, long from, int length, PartSink sink) {
    long to = from + length;
    for (int i = firstReaching(pack, from); i < count && packs.get(order[i]) == pack; i++) {
      int run = order[i];
      if (starts.get(run) >= to) {
        return;
      }
      long begin = Math.max(starts.get(run), from);
      long end = Math.min(starts.get(run) + lengths.get(run), to);
      if (begin < end) {
        sink.part(
            files.get(run),
            fileOffsets.get(run) + (begin - starts.get(run)),
            (int) (begin - from),
            (int) (end - begin));
      }
    }
  }

  /** Whether a part of a run lies in a stretch of a pack's content. */
  boolean touches(int pack, long from, int length) {
    for (int i = firstReaching(pack, from); i < count && packs.get(order[i]) == pack; i++) {
      int run = order[i];
      if (starts.get(run) >= from + length) {
        return false;
      }
      if (length > 0 && starts.get(run) + lengths.get(run) > from) {
        return true;
      }
    }
    return false;
  }

  /** The first place in the order with that pack and a reach beyond a position. */
  private int firstReaching(int pack, long position) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int byPack = Integer.compare(packs.get(order[middle]), pack);
      if (byPack < 0 || (byPack == 0 && reach[middle] <= position)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean inOrder(int a, int b) {
    int byPack = Integer.compare(packs.get(a), packs.get(b));
    return byPack != 0 ? byPack < 0 : starts.get(a) <= starts.get(b);
  }

  /** Runs come nearly sorted, so a stretch that already is costs one comparison. */
  private void mergeSort(int[] values, int[] scratch, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    mergeSort(values, scratch, from, middle);
    mergeSort(values, scratch, middle, to);
    if (inOrder(values[middle - 1], values[middle])) {
      return;
    }
    System.arraycopy(values, from, scratch, from, to - from);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takeLeft = right >= to || (left < middle && inOrder(scratch[left], scratch[right]));
      values[i] = takeLeft ? scratch[left++] : scratch[right++];
    }
  }
}
