package io.mockupaws.core.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an open transaction or subtransaction did so far. Used again and again. */
final class Transaction {
  private static final int FEW = 4;

  final List<RowChange> changes = new ArrayList<>();

  /** Where it first locked relations exclusively, by their OID. */
  final Map<Integer, Long> locks = new HashMap<>();

  /** Databases that it made, by their OID. */
  final Set<Integer> madeDatabases = new HashSet<>();

  /** Where it took databases' files away, by their OID. */
  final Map<Integer, Long> removedDatabases = new LinkedHashMap<>();

  /** When the checkpoint before that was made; meaningless without one. */
  Instant removedBehind = Instant.EPOCH;

  /** Whether it gave another file to a catalogue of which no row of pg_class tells where it is. */
  boolean movesCatalogues;

  /** Where its first record begins that matters here. */
  long first;

  /** Files whose rows it deleted or updated: this many entries of what follows are in use. */
  int files;

  int[] tablespaces = new int[FEW];
  int[] databases = new int[FEW];
  int[] numbers = new int[FEW];
  long[] deleted = new long[FEW];
  long[] updated = new long[FEW];
  long[] since = new long[FEW];
  private int last;

  void begin(long lsn) {
    first = lsn;
    files = 0;
    last = 0;
    movesCatalogues = false;
    changes.clear();
    locks.clear();
    madeDatabases.clear();
    removedDatabases.clear();
  }

  /** Whether keeping it for another use would cost little. */
  boolean isSmall() {
    return numbers.length <= 64;
  }

  /** The entry of a file, made where it is missing. */
  int entry(int tablespace, int database, int number, long lsn) {
    if (last < files && isAt(last, tablespace, database, number)) {
      return last;
    }
    for (int i = 0; i < files; i++) {
      if (isAt(i, tablespace, database, number)) {
        last = i;
        return i;
      }
    }
    if (files == numbers.length) {
      grow();
    }
    tablespaces[files] = tablespace;
    databases[files] = database;
    numbers[files] = number;
    deleted[files] = 0;
    updated[files] = 0;
    since[files] = lsn;
    last = files++;
    return last;
  }

  private boolean isAt(int index, int tablespace, int database, int number) {
    return numbers[index] == number
        && databases[index] == database
        && tablespaces[index] == tablespace;
  }

  private void grow() {
    int size = files * 2;
    tablespaces = Arrays.copyOf(tablespaces, size);
    databases = Arrays.copyOf(databases, size);
    numbers = Arrays.copyOf(numbers, size);
    deleted = Arrays.copyOf(deleted, size);
    updated = Arrays.copyOf(updated, size);
    since = Arrays.copyOf(since, size);
  }
}
