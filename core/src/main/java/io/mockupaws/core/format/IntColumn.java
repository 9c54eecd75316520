package io.mockupaws.core.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Many numbers, one behind the other, four bytes each. It grows by pieces: what is there is never
 * copied, and no more than one piece lies empty. Filled by one thread, then read by many.
 */
public final class IntColumn {
  private static final int BITS = 14;
  private static final int PIECE = 1 << BITS;

  private final List<int[]> pieces = new ArrayList<>();
  private int count;

  public void add(int value) {
    int at = count & (PIECE - 1);
    if (at == 0 && count >>> BITS == pieces.size()) {
      pieces.add(new int[PIECE]);
    }
    pieces.get(count >>> BITS)[at] = value;
    count++;
  }

  public int get(int index) {
    return pieces.get(index >>> BITS)[index & (PIECE - 1)];
  }

  public void set(int index, int value) {
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
