package io.mockupaws.core.history;

import io.mockupaws.core.pg.MajorVersion;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * In which files the catalogues lie. Until one is rewritten its file has the number of its OID;
 * where it lies then, the map of relations tells (src/backend/utils/cache/relmapper.c), or a row of
 * pg_class.
 */
final class CatalogueFiles {
  private static final int[] NEVER_REWRITTEN =
      Arrays.stream(Catalogue.values()).mapToInt(Catalogue::oid).sorted().toArray();

  /** By database and catalogue, where that is not the number of its OID. */
  private final Map<Long, Integer> rewritten = new HashMap<>();

  private final Map<Long, CataloguePages> pages = new HashMap<>();

  /** All numbers of files that may be a catalogue, rising: asked for each record of a heap. */
  private int[] numbers = NEVER_REWRITTEN;

  /** What is known of the rows in a file; null: it is none of the catalogues. */
  @Nullable CataloguePages find(int database, int file) {
    if (Arrays.binarySearch(numbers, file) < 0) {
      return null;
    }
    for (Catalogue catalogue : Catalogue.values()) {
      boolean here = (catalogue == Catalogue.DATABASE) == (database == 0);
      if (here && fileOf(database, catalogue) == file) {
        return pages.computeIfAbsent(
            CommitReading.key(database, file), _ -> new CataloguePages(catalogue));
      }
    }
    return null;
  }

  private int fileOf(int database, Catalogue catalogue) {
    return rewritten.getOrDefault(CommitReading.key(database, catalogue.oid()), catalogue.oid());
  }

  /** A relation lies in another file. Those that are no catalogue of interest are passed over. */
  void moved(int database, int oid, int file) {
    Optional<Catalogue> catalogue = Catalogue.of(oid);
    if (catalogue.isEmpty() || file == 0 || fileOf(database, catalogue.get()) == file) {
      return;
    }
    rewritten.put(CommitReading.key(database, oid), file);
    if (Arrays.binarySearch(numbers, file) < 0) {
      numbers = Arrays.copyOf(numbers, numbers.length + 1);
      numbers[numbers.length - 1] = file;
      Arrays.sort(numbers);
    }
  }

  /**
   * The name in the rows that are in sight of one OID, of whatever age and fate they are; empty:
   * there is none, or more than one.
   */
  Optional<String> onlyName(int database, Catalogue catalogue, int oid, MajorVersion version) {
    CataloguePages known = find(database, fileOf(database, catalogue));
    List<String> names = known == null ? List.of() : known.names(oid, version);
    return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
  }

  /** A database was made as a copy of another one's files. */
  void copy(int source, int target) {
    for (Catalogue catalogue : Catalogue.values()) {
      moved(target, catalogue.oid(), fileOf(source, catalogue));
    }
  }

  /** WAL is missing: nothing that is known of rows need be so any more. */
  void gap() {
    pages.clear();
  }
}
