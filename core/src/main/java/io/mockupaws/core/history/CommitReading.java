package io.mockupaws.core.history;

import io.mockupaws.core.history.RowChange.Sort;
import io.mockupaws.core.pg.MajorVersion;
import io.mockupaws.core.pg.Relation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a transaction did to the catalogues, seen at its commit: only what differs between before
 * and after counts, so what it made and removed itself is nothing.
 */
final class CommitReading {
  private final Names names;
  private final CatalogueFiles catalogues;
  private final MajorVersion version;
  private final List<RowChange> changes;
  private final Map<Integer, Long> locks;
  private final Map<Integer, Long> marks;
  private final Map<Long, Net> relations = new LinkedHashMap<>();

  /** Files that the transaction itself gave to what it made. */
  private final Map<Integer, FilePlaces<Boolean>> made = new HashMap<>();

  /** Whose file each is that was seen; of what was there before, if there is such. */
  private final Map<Integer, FilePlaces<Net>> files = new HashMap<>();

  /** Relations whose columns it made or gave other types. */
  private final Set<Long> reshaped = new HashSet<>();

  /** A finding before it has its number. */
  record Found(
      EventKind kind,
      long first,
      int database,
      int oid,
      Optional<String> name,
      char relationKind,
      int tablespace,
      int file,
      Optional<String> column,
      OptionalLong estimated) {}

  /** A relation before and after. */
  private static final class Net {
    private final int database;
    private final int oid;
    private final long first;
    private final Optional<Tuple> before;

    /** Whether the transaction made it; else it was there, known or not. */
    private final boolean made;

    private Optional<Tuple> after;
    private boolean copied;
    private boolean emptied;

    Net(RowChange change, int oid) {
      this.database = change.database();
      this.oid = oid;
      this.first = change.lsn();
      this.before = change.before();
      this.made = change.sort() == Sort.INSERT;
      this.after = change.before();
    }
  }

  /**
   * Reads a transaction.
   *
   * @param names as they were before it
   * @param catalogues the rows as they are in sight
   * @param changes of it and its subtransactions that were kept, in the order of the WAL
   * @param locks where relations were locked, by OID
   * @param marks where databases were marked as being dropped, by OID
   */
  CommitReading(
      Names names,
      CatalogueFiles catalogues,
      MajorVersion version,
      List<RowChange> changes,
      Map<Integer, Long> locks,
      Map<Integer, Long> marks) {
    this.names = names;
    this.catalogues = catalogues;
    this.version = version;
    this.changes = changes;
    this.locks = locks;
    this.marks = marks;
    for (RowChange change : changes) {
      switch (change.catalogue()) {
        case CLASS -> relation(change);
        case ATTRIBUTE -> attribute(change);
        case NAMESPACE, DATABASE -> {}
      }
    }
  }

  private void relation(RowChange change) {
    Optional<Tuple> row = change.after().or(change::before);
    if (row.isEmpty()) {
      return;
    }
    int oid = row.get().oid();
    Net net = relations.computeIfAbsent(key(change.database(), oid), _ -> new Net(change, oid));
    if (change.sort() == Sort.INSERT) {
      change
          .after()
          .ifPresent(made -> in(this.made, net).put(made.tablespace(), made.file(), true));
    }
    change.before().ifPresent(known -> seen(net, known));
    change.after().ifPresent(known -> seen(net, known));
    if (change.before().isPresent() && change.after().isPresent()) {
      moved(net, change.before().get(), change.after().get());
    }
    net.after = change.after();
  }

  private static <V> FilePlaces<V> in(Map<Integer, FilePlaces<V>> places, Net net) {
    return places.computeIfAbsent(net.database, _ -> new FilePlaces<>());
  }

  private void seen(Net net, Tuple row) {
    FilePlaces<Net> places = in(files, net);
    Optional<Net> old = places.ofRow(row.tablespace(), row.file());
    if (old.filter(known -> known.before.isPresent()).isEmpty()) {
      places.put(row.tablespace(), row.file(), net);
    }
  }

  /**
   * A new file is either that of a relation made for the purpose, into which the rows were copied
   * ({@code finish_heap_swap}); or a copy elsewhere ({@code ATExecSetTableSpace}); or an empty one
   * ({@code RelationSetNewRelfilenumber}).
   */
  private void moved(Net net, Tuple before, Tuple after) {
    if (before.file() == after.file()) {
      return;
    }
    boolean own = net.before.isPresent();
    boolean copied =
        in(made, net).ofRow(after.tablespace(), after.file()).isPresent()
            || before.tablespace() != after.tablespace();
    net.copied |= own && copied;
    net.emptied |= own && !copied;
  }

  private void attribute(RowChange change) {
    boolean other =
        change.sort() == Sort.INSERT
            || (change.before().isPresent()
                && change.after().isPresent()
                && !change.before().get().hasTypeOf(change.after().get(), version));
    if (other) {
      change
          .after()
          .filter(row -> !row.isDroppedColumn())
          .ifPresent(row -> reshaped.add(key(change.database(), row.oid())));
    }
  }

  static long key(int database, int number) {
    return (long) database << Integer.SIZE | Integer.toUnsignedLong(number);
  }

  /** What happened to relations, schemas and databases, in a fixed order. */
  List<Found> found() {
    List<Found> found = new ArrayList<>();
    relations.values().forEach(net -> relation(net).ifPresent(found::add));
    columns(found);
    schemas(found);
    databases(found);
    found.sort(
        Comparator.comparingLong(Found::first)
            .thenComparingInt(Found::oid)
            .thenComparing(Found::kind)
            .thenComparing(one -> one.column().orElse("")));
    return found;
  }

  private Optional<Found> relation(Net net) {
    Optional<Tuple> row = net.before.or(() -> net.after);
    if (row.filter(one -> isUsers(net.oid, one)).isEmpty()) {
      return Optional.empty();
    }
    return kind(net)
        .map(
            kind ->
                new Found(
                    kind,
                    first(net.oid, net.first),
                    net.database,
                    net.oid,
                    qualified(net.database, row.get()),
                    row.get().kind(version),
                    row.get().tablespace(),
                    row.get().file(),
                    Optional.empty(),
                    kind == EventKind.CREATED ? OptionalLong.empty() : estimate(row.get())));
  }

  private boolean isUsers(int oid, Tuple row) {
    return KnownRelation.isUsers(oid, row.kind(version)) && row.persistence(version) != 't';
  }

  private Optional<EventKind> kind(Net net) {
    if (net.before.isEmpty()) {
      return net.after.filter(_ -> net.made).map(_ -> EventKind.CREATED);
    }
    if (net.after.isEmpty()) {
      return Optional.of(EventKind.DROPPED);
    }
    char kind = net.before.get().kind(version);
    boolean logged = net.before.get().persistence(version) == 'p';
    if (net.emptied && kind == 'r' && logged) {
      return Optional.of(EventKind.TRUNCATED);
    }
    if (net.copied) {
      boolean altered = reshaped.contains(key(net.database, net.oid));
      return Optional.of(altered ? EventKind.ALTERED : EventKind.REWRITTEN);
    }
    return Optional.empty();
  }

  private static OptionalLong estimate(Tuple row) {
    return row.rows() < 0 ? OptionalLong.empty() : OptionalLong.of(row.rows());
  }

  private long first(int oid, long lsn) {
    return Math.min(lsn, locks.getOrDefault(oid, lsn));
  }

  private Optional<String> qualified(int database, Tuple row) {
    return schema(database, row.namespace()).map(schema -> schema + "." + row.name());
  }

  /** A schema that the transaction itself made, renamed or dropped is known from its rows. */
  private Optional<String> schema(int database, int oid) {
    return names
        .schema(database, oid)
        .or(
            () ->
                changes.stream()
                    .filter(change -> change.catalogue() == Catalogue.NAMESPACE)
                    .filter(change -> change.database() == database)
                    .flatMap(change -> change.after().or(change::before).stream())
                    .filter(row -> row.oid() == oid)
                    .map(Tuple::name)
                    .findFirst())
        .or(() -> catalogues.onlyName(database, Catalogue.NAMESPACE, oid, version));
  }

  /** By the file as the WAL names it. */
  private Optional<Net> seen(int database, int tablespace, int file) {
    return Optional.ofNullable(files.get(database))
        .flatMap(places -> places.ofWal(tablespace, file));
  }

  /** Whether it was seen what became of a file in this transaction, from before on. */
  boolean knows(int database, int tablespace, int file) {
    return seen(database, tablespace, file)
        .filter(net -> net.made || net.before.isPresent())
        .isPresent();
  }

  /** The relation that was there before and had or got a file in this transaction. */
  Optional<KnownRelation> byFile(int database, int tablespace, int file) {
    return seen(database, tablespace, file)
        .flatMap(
            net ->
                net.before.map(
                    row ->
                        new KnownRelation(net.oid, qualified(database, row), row.kind(version))));
  }

  private void columns(List<Found> found) {
    for (RowChange change : changes) {
      if (change.catalogue() == Catalogue.ATTRIBUTE
          && change.after().filter(Tuple::isDroppedColumn).isPresent()
          && change.before().filter(row -> !row.isDroppedColumn()).isPresent()) {
        column(change, change.before().get()).ifPresent(found::add);
      }
    }
  }

  private Optional<Found> column(RowChange change, Tuple row) {
    int database = change.database();
    Optional<Net> net = Optional.ofNullable(relations.get(key(database, row.oid())));
    if (net.filter(one -> one.before.isEmpty() || one.after.isEmpty()).isPresent()) {
      return Optional.empty();
    }
    Optional<Tuple> table = net.flatMap(one -> one.before);
    Optional<KnownRelation> known = names.byOid(database, row.oid());
    if (table.filter(one -> !isUsers(row.oid(), one)).isPresent()
        || (table.isEmpty() && known.filter(one -> !one.isUsers()).isPresent())) {
      return Optional.empty();
    }
    return Optional.of(
        new Found(
            EventKind.COLUMN_DROPPED,
            first(row.oid(), change.lsn()),
            database,
            row.oid(),
            table
                .flatMap(one -> qualified(database, one))
                .or(() -> known.flatMap(KnownRelation::name)),
            table
                .map(one -> one.kind(version))
                .or(() -> known.map(KnownRelation::kind))
                .orElse(' '),
            table.map(Tuple::tablespace).orElse(0),
            table.map(Tuple::file).orElse(0),
            Optional.of(row.name()),
            table.map(CommitReading::estimate).orElse(OptionalLong.empty())));
  }

  private void schemas(List<Found> found) {
    long first = found.stream().mapToLong(Found::first).min().orElse(Long.MAX_VALUE);
    for (RowChange change : rows(Catalogue.NAMESPACE, Sort.DELETE)) {
      Tuple row = change.before().orElseThrow();
      if (!row.name().startsWith("pg_")) {
        found.add(
            whole(
                EventKind.SCHEMA_DROPPED,
                Math.min(first, change.lsn()),
                change.database(),
                row.oid(),
                Optional.of(row.name())));
      }
    }
  }

  private void databases(List<Found> found) {
    for (RowChange change : rows(Catalogue.DATABASE, Sort.DELETE)) {
      int oid = change.before().orElseThrow().oid();
      long first = marks.getOrDefault(oid, change.lsn());
      found.add(
          whole(
              EventKind.DATABASE_DROPPED,
              Math.min(first, change.lsn()),
              oid,
              oid,
              change.before().map(Tuple::name)));
    }
  }

  private static Found whole(
      EventKind kind, long first, int database, int oid, Optional<String> name) {
    return new Found(
        kind, first, database, oid, name, ' ', 0, 0, Optional.empty(), OptionalLong.empty());
  }

  /** Rows that were there before the transaction, and are known. */
  private List<RowChange> rows(Catalogue catalogue, Sort sort) {
    Set<Long> made = new HashSet<>();
    List<RowChange> rows = new ArrayList<>();
    for (RowChange change : changes) {
      if (change.catalogue() == catalogue && change.sort() == Sort.INSERT) {
        change.after().ifPresent(row -> made.add(key(change.database(), row.oid())));
      } else if (change.catalogue() == catalogue && change.sort() == sort) {
        change
            .before()
            .filter(row -> !made.contains(key(change.database(), row.oid())))
            .ifPresent(_ -> rows.add(change));
      }
    }
    return rows;
  }

  /** Makes the names what they are behind the transaction. */
  void apply(Names to, Map<Integer, Integer> namespaceFiles) {
    for (RowChange change : changes) {
      int database = change.database();
      switch (change.catalogue()) {
        case NAMESPACE ->
            change.after().ifPresent(row -> to.setSchema(database, row.oid(), row.name()));
        case DATABASE -> change.after().ifPresent(row -> to.setDatabase(row.oid(), row.name()));
        case CLASS, ATTRIBUTE -> {}
      }
    }
    for (Net net : relations.values()) {
      net.before.ifPresent(row -> learn(to, net, row));
      net.after.ifPresentOrElse(
          row -> learn(to, net, row), () -> to.removeRelation(net.database, net.oid));
      net.after
          .filter(_ -> net.oid == Catalogue.NAMESPACE.oid())
          .ifPresent(row -> namespaceFiles.put(net.database, row.file()));
    }
  }

  private void learn(Names to, Net net, Tuple row) {
    if (to.schema(net.database, row.namespace()).isEmpty()) {
      schema(net.database, row.namespace())
          .ifPresent(name -> to.setSchema(net.database, row.namespace(), name));
    }
    boolean temporary = row.persistence(version) == 't';
    to.setRelation(
        net.database, net.oid, row, temporary ? KnownRelation.TEMPORARY : row.kind(version));
  }

  /** The file of a finding, where it has one. */
  static Optional<Relation> file(Found found) {
    return found.file() == 0
        ? Optional.empty()
        : Optional.of(
            new Relation(
                found.tablespace() == 0 ? Relation.DEFAULT_TABLESPACE : found.tablespace(),
                found.database(),
                found.file()));
  }
}
