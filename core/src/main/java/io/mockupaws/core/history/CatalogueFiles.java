package io.mockupaws.core.history;

import io.mockupaws.core.pg.MajorVersion;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In which files the catalogues lie. Until one is rewritten its file has the number of its OID;
 * where it lies then, the map of relations tells (src/backend/utils/cache/relmapper.c), or a row of
 * pg_class. Where neither was seen, names that were read before and behind tell where it may lie:
 * no two files of a database have one number for as long as that matters.
 */
final class CatalogueFiles {
  /** What a rewrite gives its file to until it ends ({@code make_new_heap} in cluster.c). */
  private static final String REWRITE = "pg_temp_";

  /** By database and file, where that is not the number of the catalogue's OID. */
  private final Map<Long, Catalogue> rewritten = new HashMap<>();

  /** By database and OID: those of which the WAL has told where they lie. */
  private final Set<Long> told = new HashSet<>();

  private final Map<Long, CataloguePages> pages = new HashMap<>();

  /** All numbers of files that may be a catalogue, rising: asked for each record of a heap. */
  private int[] numbers =
      Arrays.stream(Catalogue.values()).mapToInt(Catalogue::oid).sorted().toArray();

  /** What is known of the rows in a file; null: it is none of the catalogues. */
  @Nullable CataloguePages find(int database, int file) {
    if (Arrays.binarySearch(numbers, file) < 0) {
      return null;
    }
    long place = CommitReading.key(database, file);
    Catalogue catalogue = rewritten.get(place);
    if (catalogue == null) {
      catalogue = Catalogue.of(file).filter(one -> place(database, one) == database).orElse(null);
    }
    if (catalogue == null) {
      return null;
    }
    Catalogue found = catalogue;
    return pages.computeIfAbsent(place, _ -> new CataloguePages(found));
  }

  /** The database to which a catalogue's file belongs; 0 for the one that all share. */
  private static int place(int database, Catalogue catalogue) {
    return catalogue == Catalogue.DATABASE ? 0 : database;
  }

  /** A relation lies in another file: so says the WAL. Those of no interest are passed over. */
  void moved(int database, int oid, int file) {
    Optional<Catalogue> catalogue = Catalogue.of(oid);
    if (catalogue.isPresent() && file != 0) {
      int place = place(database, catalogue.get());
      rewritten
          .entrySet()
          .removeIf(
              entry ->
                  entry.getValue() == catalogue.get() && (int) (entry.getKey() >>> 32) == place);
      told.add(CommitReading.key(place, oid));
      put(place, catalogue.get(), file);
    }
  }

  /** A relation may lie in a file: there it was at another moment, or will be. */
  void mayBe(int database, int oid, int file) {
    Optional<Catalogue> catalogue = Catalogue.of(oid);
    if (catalogue.isPresent() && file != 0) {
      int place = place(database, catalogue.get());
      if (!told.contains(CommitReading.key(place, oid))) {
        put(place, catalogue.get(), file);
      }
    }
  }

  /**
   * A row of pg_class was made: a catalogue that is rewritten fills the file of such a one, whose
   * number is its OID where the row has none.
   */
  void made(int database, Tuple row) {
    if (row.name().startsWith(REWRITE)) {
      for (Catalogue catalogue : Catalogue.values()) {
        if (row.name().equals(REWRITE + catalogue.oid())) {
          put(place(database, catalogue), catalogue, row.file() == 0 ? row.oid() : row.file());
        }
      }
    }
  }

  private void put(int place, Catalogue catalogue, int file) {
    if (file == catalogue.oid()) {
      return;
    }
    rewritten.put(CommitReading.key(place, file), catalogue);
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
    List<String> names =
        pages.entrySet().stream()
            .filter(entry -> (int) (entry.getKey() >>> 32) == database)
            .filter(entry -> entry.getValue().catalogue() == catalogue)
            .flatMap(entry -> entry.getValue().names(oid, version).stream())
            .distinct()
            .toList();
    return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
  }

  /** A database was made as a copy of another one's files. */
  void copy(int source, int target) {
    Map.copyOf(rewritten)
        .forEach(
            (place, catalogue) -> {
              if ((int) (place >>> 32) == source && catalogue != Catalogue.DATABASE) {
                put(target, catalogue, place.intValue());
              }
            });
  }

  /** WAL is missing: nothing that is known of rows need be so any more. */
  void gap() {
    pages.clear();
    told.clear();
  }
}
