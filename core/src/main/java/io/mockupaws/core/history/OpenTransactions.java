package io.mockupaws.core.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that have done something of interest and have not ended, by their id. Open
 * addressing over ints, and transactions that are used again: nothing is allocated for one that
 * does no more than change a few rows.
 */
final class OpenTransactions {
  private static final int POOLED = 1024;

  private int[] ids = new int[256];
  private @Nullable Transaction[] values = new Transaction[256];
  private int size;
  private final Deque<Transaction> pool = new ArrayDeque<>();

  /** The transaction, begun here where it is not known. */
  Transaction get(int id, long lsn) {
    int slot = slot(id);
    Transaction known = values[slot];
    if (known != null) {
      return known;
    }
    if (size * 2 > values.length) {
      grow();
      slot = slot(id);
    }
    Transaction begun = pool.isEmpty() ? new Transaction() : pool.pop();
    begun.begin(lsn);
    ids[slot] = id;
    values[slot] = begun;
    size++;
    return begun;
  }

  boolean has(int id) {
    return values[slot(id)] != null;
  }

  /** Takes one out; the caller gives it back to {@link #release}. Null: there is none. */
  @Nullable Transaction take(int id) {
    int slot = slot(id);
    Transaction found = values[slot];
    if (found != null) {
      values[slot] = null;
      size--;
      closeGap(slot);
    }
    return found;
  }

  void release(Transaction done) {
    if (pool.size() < POOLED && done.isSmall()) {
      pool.push(done);
    }
  }

  /** What to do with those that ended without a word, by their ids. */
  @FunctionalInterface
  interface Silent {
    void ended(int id, Transaction transaction);
  }

  /** Forgets those that began before {@code oldest}, which have ended without a word: a crash. */
  void endBefore(int oldest, Silent silent) {
    List<Integer> gone = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null && ids[i] - oldest < 0) {
        gone.add(ids[i]);
      }
    }
    for (int id : gone) {
      Transaction ended = take(id);
      if (ended != null) {
        silent.ended(id, ended);
        release(ended);
      }
    }
  }

  /** Forgets all of them. */
  void clear(Silent silent) {
    for (int i = 0; i < values.length; i++) {
      Transaction open = values[i];
      if (open != null) {
        silent.ended(ids[i], open);
      }
    }
    ids = new int[256];
    values = new Transaction[256];
    size = 0;
  }

  private int slot(int id) {
    int mask = values.length - 1;
    int slot = home(id, mask);
    while (values[slot] != null && ids[slot] != id) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static int home(int id, int mask) {
    return ((id * 0x9E3779B9) >>> 16) & mask;
  }

  /** Moves those back that had to go past the slot that is empty now. */
  private void closeGap(int gap) {
    int mask = values.length - 1;
    int empty = gap;
    for (int slot = (gap + 1) & mask; values[slot] != null; slot = (slot + 1) & mask) {
      int distance = (slot - home(ids[slot], mask)) & mask;
      if (distance >= ((slot - empty) & mask)) {
        ids[empty] = ids[slot];
        values[empty] = values[slot];
        values[slot] = null;
        empty = slot;
      }
    }
  }

  private void grow() {
    int[] oldIds = ids;
    @Nullable Transaction[] old = values;
    ids = new int[old.length * 2];
    values = new Transaction[old.length * 2];
    for (int i = 0; i < old.length; i++) {
      if (old[i] != null) {
        int slot = slot(oldIds[i]);
        ids[slot] = oldIds[i];
        values[slot] = old[i];
      }
    }
  }
}
