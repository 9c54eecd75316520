package io.mockupaws.engine.restore;

import io.mockupaws.core.format.PackTable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The reads that fetch every wanted frame exactly once: neighbours together, a small gap of
 * unwanted frames read over rather than asked for anew, long stretches cut so that several workers
 * share a pack.
 */
final class FetchUnits implements Iterator<FetchUnits.Unit> {
  /** One ranged read. */
  record Unit(int pack, int firstFrame, int lastFrame, long sealedBytes) {}

  /** Reading over this much is cheaper than another request. */
  private static final long MAX_GAP = 256 << 10;

  private final PackContents packs;
  private final RunTable runs;
  private final int endPack;
  private final long maxUnit;
  private int pack;
  private int frame;
  private Optional<Unit> next = Optional.empty();

  /**
   * The reads for a batch of packs.
   *
   * @param maxUnit bytes of sealed frames a read asks for, at least one frame
   */
  FetchUnits(PackContents packs, RunTable runs, int firstPack, int endPack, long maxUnit) {
    this.packs = packs;
    this.runs = runs;
    this.pack = firstPack;
    this.endPack = endPack;
    this.maxUnit = maxUnit;
  }

  @Override
  public boolean hasNext() {
    if (next.isEmpty()) {
      next = search();
    }
    return next.isPresent();
  }

  @Override
  public Unit next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Unit unit = next.orElseThrow();
    next = Optional.empty();
    return unit;
  }

  private Optional<Unit> search() {
    for (; pack < endPack; pack++, frame = 0) {
      PackTable table = packs.table(pack);
      while (frame < table.frames() && !wanted(frame)) {
        frame++;
      }
      if (frame < table.frames()) {
        return Optional.of(unitFrom(table, frame));
      }
    }
    return Optional.empty();
  }

  private Unit unitFrom(PackTable table, int first) {
    int last = first;
    int candidate = first + 1;
    for (; candidate < table.frames(); candidate++) {
      if (table.offset(candidate + 1) - table.offset(first) > maxUnit
          || table.offset(candidate) - table.offset(last + 1) > MAX_GAP) {
        break;
      }
      if (wanted(candidate)) {
        last = candidate;
      }
    }
    frame = last + 1;
    return new Unit(pack, first, last, table.offset(last + 1) - table.offset(first));
  }

  private boolean wanted(int candidate) {
    return runs.touches(
        pack, packs.start(pack, candidate), packs.table(pack).plainLength(candidate));
  }
}
