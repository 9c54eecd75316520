package io.mockupaws.engine.backup;

import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Lays runs that were read over those of an earlier backup: where both have a byte, the read one.
 */
final class RunSplice {
  private final List<Run> base;
  private final List<PackTable> packs;
  private final IntUnaryOperator numbers;
  private final List<Run> spliced = new ArrayList<>();
  private int next;

  private RunSplice(List<Run> base, List<PackTable> packs, IntUnaryOperator numbers) {
    this.base = base;
    this.packs = packs;
    this.numbers = numbers;
  }

  /**
   * The runs of a file.
   *
   * @param base of the earlier backup, from 0 without a gap
   * @param packs that they name
   * @param numbers gives the number that a pack has in the backup in the making
   * @param fresh what was read, in order
   * @param size bytes of the file
   * @throws IllegalArgumentException when neither has a byte of it
   */
  static List<Run> of(
      List<Run> base, List<PackTable> packs, IntUnaryOperator numbers, List<Run> fresh, long size) {
    RunSplice splice = new RunSplice(base, packs, numbers);
    long at = 0;
    for (Run run : fresh) {
      splice.takeBase(at, run.fileOffset());
      splice.spliced.add(run);
      at = run.fileOffset() + run.length();
    }
    splice.takeBase(at, size);
    return splice.spliced;
  }

  private void takeBase(long from, long to) {
    long at = from;
    while (at < to) {
      while (next < base.size() && end(base.get(next)) <= at) {
        next++;
      }
      if (next == base.size()) {
        throw new IllegalArgumentException("the earlier backup has no byte at " + at);
      }
      Run run = base.get(next);
      long length = Math.min(to, end(run)) - at;
      spliced.add(part(run, at, length));
      at += length;
    }
  }

  private static long end(Run run) {
    return run.fileOffset() + run.length();
  }

  private Run part(Run run, long from, long length) {
    PackTable pack = packs.get(run.pack());
    long position = pack.plainStart(run.frame()) + run.frameOffset() + (from - run.fileOffset());
    int frame = pack.frameAt(position);
    return new Run(
        from,
        length,
        numbers.applyAsInt(run.pack()),
        frame,
        (int) (position - pack.plainStart(frame)));
  }
}
