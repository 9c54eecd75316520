package io.mockupaws.core.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names as they are at the position that was read up to: from snapshots of the catalogues, and
 * from what was committed since. What was known first of a file or an OID is kept, to name what
 * happened before anything was known.
 */
final class Names {
  private final Map<Integer, Database> databases = new HashMap<>();

  /** These have their OIDs from the beginning, and nobody renames them. */
  private static final Map<Integer, String> BUILT_IN = Map.of(11, "pg_catalog", 99, "pg_toast");

  private static final class Database {
    private Optional<String> name = Optional.empty();
    private Optional<String> firstName = Optional.empty();
    private boolean nameFromWal;

    /** Whether the names of all its tables were read. */
    private boolean read;

    private final Map<Integer, Relation> relations = new HashMap<>();
    private final FilePlaces<Integer> byFile = new FilePlaces<>();
    private final Map<Integer, String> schemas = new HashMap<>();
    private final Map<Integer, KnownRelation> firstByOid = new HashMap<>();
    private final FilePlaces<KnownRelation> firstByFile = new FilePlaces<>();

    /** Those the WAL has shown: a snapshot knows nothing better of them. */
    private final Set<Integer> fromWal = new HashSet<>();

    private final Set<Integer> schemasFromWal = new HashSet<>();
  }

  private record Relation(int oid, String name, int schema, int tablespace, int file, char kind) {}

  private Database in(int database) {
    return databases.computeIfAbsent(database, _ -> new Database());
  }

  Optional<String> database(int oid) {
    return Optional.ofNullable(databases.get(oid)).flatMap(known -> known.name);
  }

  /** What was known first; for events before it. */
  Optional<String> firstDatabase(int oid) {
    return Optional.ofNullable(databases.get(oid)).flatMap(known -> known.firstName);
  }

  Optional<String> schema(int database, int oid) {
    return Optional.ofNullable(in(database).schemas.get(oid))
        .or(() -> Optional.ofNullable(BUILT_IN.get(oid)));
  }

  /** The relation that has this file, as the WAL names it, now. */
  Optional<KnownRelation> byFile(int database, int tablespace, int file) {
    Database known = in(database);
    return known
        .byFile
        .ofWal(tablespace, file)
        .map(known.relations::get)
        .map(relation -> told(database, relation));
  }

  Optional<KnownRelation> firstByFile(int database, int tablespace, int file) {
    return in(database).firstByFile.ofWal(tablespace, file);
  }

  Optional<KnownRelation> firstByOid(int database, int oid) {
    return Optional.ofNullable(in(database).firstByOid.get(oid));
  }

  Optional<KnownRelation> byOid(int database, int oid) {
    return Optional.ofNullable(in(database).relations.get(oid))
        .map(relation -> told(database, relation));
  }

  private KnownRelation told(int database, Relation relation) {
    return new KnownRelation(
        relation.oid(),
        schema(database, relation.schema()).map(schema -> schema + "." + relation.name()),
        relation.kind());
  }

  /** What a committed transaction made of a database. */
  void setDatabase(int oid, String name) {
    in(oid).nameFromWal = true;
    put(oid, name);
  }

  private void put(int oid, String name) {
    Database known = in(oid);
    known.name = Optional.of(name);
    if (known.firstName.isEmpty()) {
      known.firstName = known.name;
    }
  }

  /** What a committed transaction made of a schema. */
  void setSchema(int database, int oid, String name) {
    in(database).schemas.put(oid, name);
    in(database).schemasFromWal.add(oid);
  }

  /** What a committed transaction made of a relation. */
  void setRelation(int database, int oid, Tuple row, char kind) {
    in(database).fromWal.add(oid);
    put(
        database,
        new Relation(oid, row.name(), row.namespace(), row.tablespace(), row.file(), kind));
  }

  /** A relation went. */
  void removeRelation(int database, int oid) {
    Database known = in(database);
    known.fromWal.add(oid);
    Optional.ofNullable(known.relations.remove(oid))
        .ifPresent(old -> known.byFile.remove(old.tablespace(), old.file(), oid));
  }

  private void put(int database, Relation relation) {
    Database known = in(database);
    Optional.ofNullable(known.relations.put(relation.oid(), relation))
        .ifPresent(old -> known.byFile.remove(old.tablespace(), old.file(), relation.oid()));
    KnownRelation told = told(database, relation);
    if (relation.file() != 0) {
      known.byFile.put(relation.tablespace(), relation.file(), relation.oid());
      known.firstByFile.putIfAbsent(relation.tablespace(), relation.file(), told);
    }
    known.firstByOid.putIfAbsent(relation.oid(), told);
  }

  void apply(CatalogueSnapshot snapshot) {
    for (CatalogueSnapshot.DatabaseNames database : snapshot.databases()) {
      if (!in(database.oid()).nameFromWal) {
        put(database.oid(), database.name());
      }
      if (database.read()) {
        apply(database, snapshot.cut());
      }
    }
  }

  /**
   * Whether a relation that is not known is none that users would miss: all such were read, and it
   * is not among them, nor among those that came or went in the WAL.
   */
  boolean isNobodys(int database, int oid) {
    return in(database).read && !in(database).firstByOid.containsKey(oid);
  }

  private void apply(CatalogueSnapshot.DatabaseNames database, boolean cut) {
    Database known = in(database.oid());
    known.read |= !cut;
    database.schemas().stream()
        .filter(schema -> !known.schemasFromWal.contains(schema.oid()))
        .forEach(schema -> known.schemas.put(schema.oid(), schema.name()));
    for (CatalogueSnapshot.Named relation : database.relations()) {
      if (!known.fromWal.contains(relation.oid())) {
        put(
            database.oid(),
            new Relation(
                relation.oid(),
                relation.name(),
                relation.schema(),
                relation.tablespace(),
                relation.file(),
                relation.kind()));
      }
    }
  }

  /** A database was made as a copy of another one's files: it has the same of everything. */
  void copy(int source, int target) {
    Database from = in(source);
    Database to = in(target);
    to.relations.putAll(from.relations);
    to.byFile.putAll(from.byFile);
    to.schemas.putAll(from.schemas);
  }

  /** WAL is missing: anything may have another name behind it. */
  void gap() {
    databases.clear();
  }
}
