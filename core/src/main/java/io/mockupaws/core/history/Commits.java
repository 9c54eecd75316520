package io.mockupaws.core.history;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.EndedTransaction;
import io.mockupaws.core.wal.WalRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** Makes events of what committed transactions did, and keeps the names up to date. */
final class Commits {
  private final Names names;
  private final CatalogueFiles catalogues;
  private final long rows;
  private final Function<Lsn, Timeline> timelines;
  private final List<Event> events = new ArrayList<>();

  /** Those that have all names they will ever have: WAL is missing behind them. */
  private final List<Event> named = new ArrayList<>();

  private final DatabaseDrops drops;

  /** The next id when the running transactions were first told: later ones began in sight. */
  private OptionalInt nextXid = OptionalInt.empty();

  private Optional<Instant> outOfSight = Optional.empty();

  Commits(Names names, CatalogueFiles catalogues, long rows, Function<Lsn, Timeline> timelines) {
    this.names = names;
    this.catalogues = catalogues;
    this.rows = rows;
    this.timelines = timelines;
    this.drops = new DatabaseDrops(names, timelines);
  }

  DatabaseDrops drops() {
    return drops;
  }

  void running(int next) {
    if (nextXid.isEmpty()) {
      nextXid = OptionalInt.of(next);
    }
  }

  /** Whether a transaction may have begun before what was read, or before a gap. */
  boolean isOutOfSight(int xid) {
    return nextXid.isEmpty() || xid - nextXid.getAsInt() < 0;
  }

  /** One of these was committed: of what it did before, nothing is known. */
  void committedOutOfSight(Instant time) {
    outOfSight = outOfSight.filter(known -> known.isAfter(time)).or(() -> Optional.of(time));
  }

  Optional<Instant> outOfSight() {
    return outOfSight;
  }

  void gap() {
    nextXid = OptionalInt.empty();
    drops.gap();
  }

  /** Whether a transaction without subtransactions did more than change few rows. */
  boolean isOfInterest(Transaction transaction) {
    if (!transaction.changes.isEmpty() || !transaction.removedDatabases.isEmpty()) {
      return true;
    }
    for (int i = 0; i < transaction.files; i++) {
      if (transaction.deleted[i] >= rows || transaction.updated[i] >= rows) {
        return true;
      }
    }
    return false;
  }

  /** A transaction ended without a commit. */
  void neverCommitted(int xid, Transaction transaction) {
    events.addAll(drops.unfinished(xid, transaction, !isOutOfSight(xid)));
  }

  /** A transaction was committed, with those of its subtransactions that were kept. */
  void committed(WalRecord record, EndedTransaction ended, List<Transaction> parts) {
    List<RowChange> changes = new ArrayList<>();
    Map<Integer, Long> locks = new HashMap<>();
    parts.forEach(part -> changes.addAll(part.changes));
    parts.forEach(part -> part.locks.forEach((oid, lsn) -> locks.merge(oid, lsn, Math::min)));
    changes.sort(Comparator.comparingLong(RowChange::lsn));
    CommitReading reading =
        new CommitReading(names, catalogues, record.version(), changes, locks, drops.marks());
    Numbered numbered = new Numbered(record, ended);
    reading.found().forEach(found -> numbered.add(found, OptionalLong.empty()));
    counted(parts, reading, numbered);
    removed(ended, parts, changes, reading, numbered);
    drops.changed(changes);
    Map<Integer, Integer> namespaceFiles = new HashMap<>();
    reading.apply(names, namespaceFiles);
    namespaceFiles.forEach(
        (database, file) -> catalogues.moved(database, Catalogue.NAMESPACE.oid(), file));
  }

  /** Gives numbers, whether what has them is told or not: so they stay the same. */
  private final class Numbered {
    private final WalRecord record;
    private final EndedTransaction ended;
    private int number;

    Numbered(WalRecord record, EndedTransaction ended) {
      this.record = record;
      this.ended = ended;
    }

    void skip() {
      number++;
    }

    void add(CommitReading.Found found, OptionalLong count) {
      number++;
      Lsn commit = record.start();
      int xid = (int) ended.end().xid();
      events.add(
          new Event(
              new EventId(timelines.apply(commit), commit, number),
              found.kind(),
              ended.end().time(),
              ended.end().xid(),
              new Lsn(found.first()),
              !isOutOfSight(xid),
              found.database(),
              found.kind() == EventKind.DATABASE_DROPPED
                  ? found.name().or(() -> names.database(found.database()))
                  : names.database(found.database()),
              found.oid(),
              found.name(),
              found.relationKind(),
              CommitReading.file(found),
              found.column(),
              count,
              found.estimated()));
    }
  }

  private static final class Count {
    private final int tablespace;
    private final int database;
    private final int number;
    private long deleted;
    private long updated;
    private long since = Long.MAX_VALUE;

    Count(Transaction part, int entry) {
      this.tablespace = part.tablespaces[entry];
      this.database = part.databases[entry];
      this.number = part.numbers[entry];
    }

    void add(Transaction part, int entry) {
      deleted += part.deleted[entry];
      updated += part.updated[entry];
      since = Math.min(since, part.since[entry]);
    }
  }

  private void counted(List<Transaction> parts, CommitReading reading, Numbered numbered) {
    Map<Relation, Count> counts = new LinkedHashMap<>();
    for (Transaction part : parts) {
      for (int i = 0; i < part.files; i++) {
        int entry = i;
        counts
            .computeIfAbsent(
                new Relation(part.tablespaces[i], part.databases[i], part.numbers[i]),
                _ -> new Count(part, entry))
            .add(part, i);
      }
    }
    counts.values().stream()
        .sorted(Comparator.comparingLong((Count count) -> count.since))
        .forEach(
            count -> {
              counted(EventKind.DELETED, count, count.deleted, reading, numbered);
              counted(EventKind.UPDATED, count, count.updated, reading, numbered);
            });
  }

  private void counted(
      EventKind kind, Count count, long changed, CommitReading reading, Numbered numbered) {
    boolean seen = reading.knows(count.database, count.tablespace, count.number);
    Optional<KnownRelation> known =
        seen
            ? reading.byFile(count.database, count.tablespace, count.number)
            : names.byFile(count.database, count.tablespace, count.number);
    boolean made = known.isEmpty() && seen;
    if (changed < rows || made || known.filter(one -> !hasRows(one)).isPresent()) {
      numbered.skip();
      return;
    }
    numbered.add(
        byFile(kind, count.since, count.tablespace, count.database, count.number, known),
        OptionalLong.of(changed));
  }

  /** Of a materialized view, whose rows are others' anyway, REFRESH may delete many. */
  private static boolean hasRows(KnownRelation known) {
    return known.isUsers() && known.kind() == 'r';
  }

  private static CommitReading.Found byFile(
      EventKind kind,
      long first,
      int tablespace,
      int database,
      int file,
      Optional<KnownRelation> known) {
    return new CommitReading.Found(
        kind,
        first,
        database,
        known.map(KnownRelation::oid).orElse(0),
        known.flatMap(KnownRelation::name),
        known.map(KnownRelation::kind).orElse(' '),
        tablespace,
        file,
        Optional.empty(),
        OptionalLong.empty());
  }

  /** Files that went and that no row of a catalogue explains: their pages were not in sight. */
  private void removed(
      EndedTransaction ended,
      List<Transaction> parts,
      List<RowChange> changes,
      CommitReading reading,
      Numbered numbered) {
    boolean unread =
        changes.stream().anyMatch(Commits::isUnread)
            || changes.stream().noneMatch(change -> change.catalogue() == Catalogue.CLASS);
    boolean catalogueMoved = parts.stream().anyMatch(part -> part.movesCatalogues);
    for (Relation file : ended.removed()) {
      Optional<KnownRelation> known =
          names.byFile(file.database(), file.tablespace(), file.number());
      boolean users =
          !catalogueMoved
              && Integer.compareUnsigned(file.number(), KnownRelation.FIRST_USER_OID) >= 0
              && known.filter(one -> !one.isUsers()).isEmpty();
      if (unread && users && !reading.knows(file.database(), file.tablespace(), file.number())) {
        long first =
            parts.stream()
                .mapToLong(part -> part.first)
                .min()
                .orElse(numbered.record.startPosition());
        numbered.add(
            byFile(
                EventKind.FILE_REMOVED,
                first,
                file.tablespace(),
                file.database(),
                file.number(),
                known),
            OptionalLong.empty());
      }
    }
  }

  private static boolean isUnread(RowChange change) {
    return change.catalogue() == Catalogue.CLASS
        && change.sort() != RowChange.Sort.INSERT
        && change.before().isEmpty();
  }

  /** Gives the events so far the names that came to be known behind them. */
  void name() {
    events.stream().flatMap(event -> named(event).stream()).forEach(named::add);
    events.clear();
  }

  /** All events, with the names that came to be known later. */
  List<Event> named() {
    name();
    return List.copyOf(named);
  }

  private Optional<Event> named(Event event) {
    boolean counted = event.kind() == EventKind.DELETED || event.kind() == EventKind.UPDATED;
    Optional<KnownRelation> later = event.name().isPresent() ? Optional.empty() : later(event);
    boolean others =
        later
            .filter(known -> counted ? !hasRows(known) : !known.isUsers())
            .filter(_ -> event.file().isPresent() || isColumn(event))
            .isPresent();
    if (others || (isColumn(event) && isNobodys(event))) {
      return Optional.empty();
    }
    return Optional.of(
        new Event(
            event.id(),
            event.kind(),
            event.time(),
            event.xid(),
            event.first(),
            event.inSight(),
            event.database(),
            event.databaseName().or(() -> names.firstDatabase(event.database())),
            event.oid() != 0 ? event.oid() : later.map(KnownRelation::oid).orElse(0),
            event.name().or(() -> later.flatMap(KnownRelation::name)),
            event.relationKind() != ' '
                ? event.relationKind()
                : later.map(KnownRelation::kind).orElse(' '),
            event.file(),
            event.column(),
            event.rows(),
            event.estimatedRows()));
  }

  private static boolean isColumn(Event event) {
    return event.kind() == EventKind.COLUMN_DROPPED;
  }

  /** Of temporary tables and of types no names are read. */
  private boolean isNobodys(Event event) {
    return event.name().isEmpty() && names.isNobodys(event.database(), event.oid());
  }

  private Optional<KnownRelation> later(Event event) {
    if (event.oid() != 0) {
      return names.firstByOid(event.database(), event.oid());
    }
    return event
        .file()
        .flatMap(file -> names.firstByFile(event.database(), file.tablespace(), file.number()));
  }
}
