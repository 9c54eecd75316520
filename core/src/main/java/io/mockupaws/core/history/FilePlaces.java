package io.mockupaws.core.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of files of one database: their numbers are unique in a tablespace alone. Rows of
 * pg_class have 0 where that is the database's own, the WAL always has its OID.
 */
final class FilePlaces<V> {
  private static final int OWN = 0;

  private record Place(int tablespace, int number) {}

  private final Map<Place, V> values = new HashMap<>();

  /** Those that rows have named: the database's own is none of them. */
  private final Set<Integer> others = new HashSet<>();

  /** Of a row's file; what was known first stays. */
  void putIfAbsent(int tablespace, int number, V value) {
    learn(tablespace);
    values.putIfAbsent(new Place(tablespace, number), value);
  }

  /** Of a row's file. */
  void put(int tablespace, int number, V value) {
    learn(tablespace);
    values.put(new Place(tablespace, number), value);
  }

  private void learn(int tablespace) {
    if (tablespace != OWN) {
      others.add(tablespace);
    }
  }

  /** Of a row's file, if that is what is known of it. */
  void remove(int tablespace, int number, V value) {
    values.remove(new Place(tablespace, number), value);
  }

  /** What is known of a row's file. */
  Optional<V> ofRow(int tablespace, int number) {
    return Optional.ofNullable(values.get(new Place(tablespace, number)));
  }

  /** What is known of a file in the WAL. */
  Optional<V> ofWal(int tablespace, int number) {
    return ofRow(tablespace, number)
        .or(() -> others.contains(tablespace) ? Optional.empty() : ofRow(OWN, number));
  }

  void putAll(FilePlaces<V> from) {
    values.putAll(from.values);
    others.addAll(from.others);
  }
}
