package io.mockupaws.core.summary;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Relation;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which blocks of a cluster's relations changed over a stretch of WAL. It may say too much, never
 * too little. Free space maps and files of other kinds are not in it: they are always read whole.
 * So are blocks that an older copy of a file does not have: empty pages are added without WAL.
 *
 * <p>Summaries add up in any order, and adding one twice changes nothing: the sum over several
 * stretches is the summary of all of them. In memory it takes half a kilobyte at most for each 32
 * MiB of a relation, and some 200 bytes for each fork that changed.
 */
public final class Summary {

  /** A database in one of its tablespaces; OIDs, unsigned. */
  public record Database(int tablespace, int oid) implements Comparable<Database> {
    @Override
    public int compareTo(Database other) {
      int order = Integer.compareUnsigned(tablespace, other.tablespace);
      return order != 0 ? order : Integer.compareUnsigned(oid, other.oid);
    }
  }

  /** Nothing changed. */
  public static final Summary EMPTY = new SummaryBuilder().summary();

  private final List<ForkTable.Entry> forks;
  private final SortedSet<Database> databases;
  private final Optional<String> everything;

  Summary(List<ForkTable.Entry> forks, SortedSet<Database> databases, Optional<String> everything) {
    this.forks = List.copyOf(forks);
    this.databases = Collections.unmodifiableSortedSet(new TreeSet<>(databases));
    this.everything = everything;
  }

  /** The sum of several. */
  public static Summary sum(Iterable<Summary> summaries) {
    SummaryBuilder builder = new SummaryBuilder();
    summaries.forEach(builder::addAll);
    return builder.summary();
  }

  /** Why any block of any relation may have changed: then nothing else here counts. */
  public Optional<String> everything() {
    return everything;
  }

  /** Databases that were made or dropped: of their files nothing is as it was. */
  public SortedSet<Database> databases() {
    return databases;
  }

  /**
   * What changed in a fork of a relation.
   *
   * @throws IllegalArgumentException for a free space map, which is not watched
   */
  public ForkChanges changes(Relation relation, Fork fork) {
    if (fork == Fork.FREE_SPACE) {
      throw new IllegalArgumentException("changes of free space maps are not all in the WAL");
    }
    if (everything.isPresent()
        || databases.contains(new Database(relation.tablespace(), relation.database()))) {
      return ALL;
    }
    int low = 0;
    int high = forks.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      ForkTable.Entry entry = forks.get(middle);
      int order =
          entry.compare(
              relation.tablespace(), relation.database(), relation.number(), fork.ordinal());
      if (order == 0) {
        return entry.changes();
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return ForkChanges.NONE;
  }

  /**
   * Something that another summary says and this one does not, in words; empty when this one says
   * all of it.
   */
  public Optional<String> lacking(Summary other) {
    if (everything.isPresent()) {
      return Optional.empty();
    }
    if (other.everything.isPresent()) {
      return Optional.of("that everything changed: " + other.everything.get());
    }
    for (Database database : other.databases) {
      if (!databases.contains(database)) {
        return Optional.of(
            "the database %s in the tablespace %s"
                .formatted(
                    Integer.toUnsignedString(database.oid()),
                    Integer.toUnsignedString(database.tablespace())));
      }
    }
    for (ForkTable.Entry entry : other.forks) {
      Relation relation = new Relation(entry.tablespace(), entry.database(), entry.relation());
      Fork fork = Fork.values()[entry.fork()];
      long block = changes(relation, fork).firstLacking(entry.changes());
      if (block >= 0) {
        return Optional.of("block " + block + " of " + relation + fork.suffix());
      }
    }
    return Optional.empty();
  }

  private static final ForkChanges ALL = all();

  private static ForkChanges all() {
    ForkChanges all = new ForkChanges();
    all.from(0);
    return all;
  }

  List<ForkTable.Entry> forks() {
    return forks;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Summary summary
        && Arrays.equals(SummaryBytes.of(this), SummaryBytes.of(summary));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(SummaryBytes.of(this));
  }

  @Override
  public String toString() {
    return everything
        .map(why -> "everything: " + why)
        .orElse(forks.size() + " forks, " + databases.size() + " databases");
  }
}
