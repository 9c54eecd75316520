package io.mockupaws.core.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Many numbers, one behind the other, eight bytes each. It grows by pieces: what is there is never
 * copied, and no more than one piece lies empty. Filled by one thread, then read by many.
 */
public final class LongColumn {
  private static final int BITS = 14;
  private static final int PIECE = 1 << BITS;

  private final List<long[]> pieces = new ArrayList<>();
  private int count;

  public void add(long value) {
    int at = count & (PIECE - 1);
    if (at == 0 && count >>> BITS == pieces.size()) {
      pieces.add(new long[PIECE]);
    }
    pieces.get(count >>> BITS)[at] = value;
    count++;
  }

  public long get(int index) {
    return pieces.get(index >>> BITS)[index & (PIECE - 1)];
  }

  public void set(int index, long value) {
    pieces.get(index >>> BITS)[index & (PIECE - 1)] = value;
  }

  public int count() {
    return count;
  }

  /** Forgets all behind the first so many. */
  public void cut(int first) {
    count = first;
  }
}
