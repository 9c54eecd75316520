package io.mockupaws.core.summary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Changes by fork, found without an object for the key: a table with open addressing. */
final class ForkTable {

  /** The changes of one fork; numbers as PostgreSQL has them, 32 bits, unsigned. */
  record Entry(int tablespace, int database, int relation, int fork, ForkChanges changes)
      implements Comparable<Entry> {
    boolean is(int tablespace, int database, int relation, int fork) {
      return this.relation == relation
          && this.fork == fork
          && this.database == database
          && this.tablespace == tablespace;
    }

    @Override
    public int compareTo(Entry other) {
      return compare(other.tablespace, other.database, other.relation, other.fork);
    }

    int compare(int tablespace, int database, int relation, int fork) {
      int order = Integer.compareUnsigned(this.tablespace, tablespace);
      order = order != 0 ? order : Integer.compareUnsigned(this.database, database);
      order = order != 0 ? order : Integer.compareUnsigned(this.relation, relation);
      return order != 0 ? order : Integer.compare(this.fork, fork);
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  /** Places in the list, from 1; 0 is free. At least twice as many as there are entries. */
  private int[] slots = new int[64];

  private int last = -1;

  /** The changes of a fork, made where there are none. */
  ForkChanges of(int tablespace, int database, int relation, int fork) {
    if (last >= 0 && entries.get(last).is(tablespace, database, relation, fork)) {
      return entries.get(last).changes();
    }
    int slot = slot(tablespace, database, relation, fork);
    if (slots[slot] == 0) {
      entries.add(new Entry(tablespace, database, relation, fork, new ForkChanges()));
      slots[slot] = entries.size();
      last = entries.size() - 1;
      if (2 * entries.size() > slots.length) {
        grow();
      }
    } else {
      last = slots[slot] - 1;
    }
    return entries.get(last).changes();
  }

  private int slot(int tablespace, int database, int relation, int fork) {
    int hash = ((tablespace * 31 + database) * 31 + relation) * 31 + fork;
    hash *= 0x9E3779B9;
    int slot = (hash ^ hash >>> 15) & slots.length - 1;
    while (slots[slot] != 0
        && !entries.get(slots[slot] - 1).is(tablespace, database, relation, fork)) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  private void grow() {
    slots = new int[2 * slots.length];
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      slots[slot(entry.tablespace(), entry.database(), entry.relation(), entry.fork())] = i + 1;
    }
  }

  /** Copies in order, without those in which nothing changed. */
  List<Entry> sorted() {
    List<Entry> copies = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      if (!entry.changes().isEmpty()) {
        copies.add(
            new Entry(
                entry.tablespace(),
                entry.database(),
                entry.relation(),
                entry.fork(),
                entry.changes().copy()));
      }
    }
    Collections.sort(copies);
    return copies;
  }

  void clear() {
    entries.clear();
    slots = new int[64];
    Arrays.fill(slots, 0);
    last = -1;
  }
}
