package io.mockupaws.core.summary;

/**
 * What changed in one fork of a relation: some blocks, and everything from a limit on where the
 * fork was made, cut off or removed.
 */
public final class ForkChanges {
  /** No limit: behind every block there can be. */
  static final long NO_LIMIT = 1L << 32;

  /** Of a fork in which nothing changed. */
  static final ForkChanges NONE = new ForkChanges();

  private final BlockSet blocks;
  private long limit;

  ForkChanges() {
    this(new BlockSet(), NO_LIMIT);
  }

  private ForkChanges(BlockSet blocks, long limit) {
    this.blocks = blocks;
    this.limit = limit;
  }

  /** Takes a stretch of changed blocks. */
  @FunctionalInterface
  public interface Runs {
    /**
     * A run of blocks that is as long as it can be.
     *
     * @param first the first block
     * @param count how many blocks, at least 1
     */
    void run(long first, long count);
  }

  void add(int block) {
    if (Integer.toUnsignedLong(block) < limit) {
      blocks.add(block);
    }
  }

  void from(int block) {
    long lower = Integer.toUnsignedLong(block);
    if (lower < limit) {
      limit = lower;
      blocks.cut(block);
    }
  }

  void addAll(ForkChanges other) {
    if (other.limit != NO_LIMIT) {
      from((int) other.limit);
    }
    other.forEachStoredRun((first, count) -> addRun(first, first + count));
  }

  /** Adds the blocks from {@code first} on, up to {@code behind}, which is not added. */
  void addRun(long first, long behind) {
    blocks.addRun(first, Math.min(behind, limit));
  }

  ForkChanges copy() {
    return new ForkChanges(blocks.copy(), limit);
  }

  /**
   * The block from which on nothing is as it was; 2^32, more than any block, where the fork was
   * neither made nor cut off nor removed. Bytes that an older backup has from there on are of no
   * use, also where the fork has grown again.
   */
  public long limit() {
    return limit;
  }

  /** Whether a block changed. */
  public boolean contains(long block) {
    return block >= limit || blocks.next(block) == block;
  }

  /**
   * Tells the changed blocks of a part of the fork, for example of one of its files, ascending.
   *
   * @param from the first block of the part
   * @param to behind its last one, for example the number of blocks that the fork has
   */
  public void forEachRun(long from, long to, Runs runs) {
    long end = Math.min(to, limit);
    long open = -1;
    long at = blocks.next(from);
    while (at >= 0 && at < end) {
      long behind = Math.min(end, blocks.runEnd(at));
      if (behind == limit && behind < to) {
        open = at;
        break;
      }
      runs.run(at, behind - at);
      at = blocks.next(behind);
    }
    if (limit < to) {
      long first = open >= 0 ? open : Math.max(from, limit);
      if (first < to) {
        runs.run(first, to - first);
      }
    }
  }

  /** Runs of the blocks below the limit. */
  void forEachStoredRun(Runs runs) {
    for (long at = blocks.next(0); at >= 0; ) {
      long behind = blocks.runEnd(at);
      runs.run(at, behind - at);
      at = blocks.next(behind);
    }
  }

  /**
   * The first block that others say has changed and this does not; less than 0 if there is none.
   */
  long firstLacking(ForkChanges other) {
    long first = -1;
    for (long at = other.blocks.next(0); at >= 0 && at < limit && first < 0; ) {
      if (!contains(at)) {
        first = at;
      }
      at = other.blocks.next(contains(at) ? blocks.runEnd(at) : at + 1);
    }
    boolean lacksEnd = other.limit < limit;
    if (lacksEnd && (first < 0 || other.limit < first)) {
      return other.limit;
    }
    return first;
  }

  /** Whether nothing changed. */
  public boolean isEmpty() {
    return limit == NO_LIMIT && blocks.isEmpty();
  }
}
