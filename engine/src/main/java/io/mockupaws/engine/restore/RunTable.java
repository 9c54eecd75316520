package io.mockupaws.engine.restore;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Runs of a batch of packs in a few arrays, 32 bytes a run, to be looked up by pack and position.
 * Filled by one thread, sorted once, then read by many.
 */
final class RunTable {
  private int[] packs = new int[1024];
  private int[] files = new int[1024];
  private long[] starts = new long[1024];
  private long[] lengths = new long[1024];
  private long[] fileOffsets = new long[1024];
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
    if (count == packs.length) {
      grow();
    }
    packs[count] = pack;
    starts[count] = start;
    lengths[count] = length;
    files[count] = file;
    fileOffsets[count] = fileOffset;
    count++;
  }

  int count() {
    return count;
  }

  /** Removes the runs of some files; before they are ordered. */
  void removeFiles(IntPredicate unwanted) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (!unwanted.test(files[i])) {
        packs[kept] = packs[i];
        starts[kept] = starts[i];
        lengths[kept] = lengths[i];
        files[kept] = files[i];
        fileOffsets[kept] = fileOffsets[i];
        kept++;
      }
    }
    count = kept;
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
      long end = starts[order[i]] + lengths[order[i]];
      boolean samePack = i > 0 && packs[order[i]] == packs[order[i - 1]];
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
    for (int i = firstReaching(pack, from); i < count && packs[order[i]] == pack; i++) {
      int run = order[i];
      if (starts[run] >= to) {
        return;
      }
      long begin = Math.max(starts[run], from);
      long end = Math.min(starts[run] + lengths[run], to);
      if (begin < end) {
        sink.part(
            files[run],
            fileOffsets[run] + (begin - starts[run]),
            (int) (begin - from),
            (int) (end - begin));
      }
    }
  }

  /** Whether a part of a run lies in a stretch of a pack's content. */
  boolean touches(int pack, long from, int length) {
    for (int i = firstReaching(pack, from); i < count && packs[order[i]] == pack; i++) {
      int run = order[i];
      if (starts[run] >= from + length) {
        return false;
      }
      if (length > 0 && starts[run] + lengths[run] > from) {
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
      int byPack = Integer.compare(packs[order[middle]], pack);
      if (byPack < 0 || (byPack == 0 && reach[middle] <= position)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean inOrder(int a, int b) {
    int byPack = Integer.compare(packs[a], packs[b]);
    return byPack != 0 ? byPack < 0 : starts[a] <= starts[b];
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

  private void grow() {
    int capacity = count * 2;
    packs = Arrays.copyOf(packs, capacity);
    files = Arrays.copyOf(files, capacity);
    starts = Arrays.copyOf(starts, capacity);
    lengths = Arrays.copyOf(lengths, capacity);
    fileOffsets = Arrays.copyOf(fileOffsets, capacity);
  }
}
