package io.mockupaws.core.history;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * DROP DATABASE, of which not all waits for the commit ({@code dropdb} in
 * src/backend/commands/dbcommands.c): a mark in place in the database's row, from which on nobody
 * is let in; a checkpoint; the files go; the commit. One that ends before its commit has taken the
 * database with it all the same.
 */
final class DatabaseDrops {
  private final Names names;
  private final Function<Lsn, Timeline> timelines;

  /** Where the first mark lies of each, for as long as the row has it. */
  private final Map<Integer, Long> marks = new HashMap<>();

  /** To the second. */
  private Instant lastCheckpoint = Instant.EPOCH;

  DatabaseDrops(Names names, Function<Lsn, Timeline> timelines) {
    this.names = names;
    this.timelines = timelines;
  }

  void marked(int database, long lsn) {
    marks.putIfAbsent(database, lsn);
  }

  /** What a committed transaction made of the rows: an administrator may let people in again. */
  void changed(List<RowChange> changes) {
    for (RowChange change : changes) {
      if (change.catalogue() == Catalogue.DATABASE) {
        Optional<Tuple> row = change.after().or(change::before);
        boolean marked = change.after().filter(Tuple::isBeingDropped).isPresent();
        row.filter(_ -> !marked).ifPresent(known -> marks.remove(known.oid()));
      }
    }
  }

  Map<Integer, Long> marks() {
    return marks;
  }

  void checkpoint(Instant time) {
    lastCheckpoint = time;
  }

  /** A transaction takes a database's files away. */
  void removed(Transaction transaction, int database, long lsn) {
    transaction.removedDatabases.put(database, lsn);
    transaction.removedBehind = lastCheckpoint;
  }

  void gap() {
    marks.clear();
  }

  /** The databases that went with a transaction which was never committed. */
  List<Event> unfinished(int xid, Transaction transaction, boolean inSight) {
    Map<Integer, Long> gone = new LinkedHashMap<>();
    Map<Integer, String> called = new HashMap<>();
    for (RowChange change : transaction.changes) {
      if (change.catalogue() == Catalogue.DATABASE && change.sort() == RowChange.Sort.DELETE) {
        change
            .before()
            .filter(row -> marks.containsKey(row.oid()))
            .ifPresent(
                row -> {
                  gone.put(row.oid(), change.lsn());
                  called.put(row.oid(), row.name());
                });
      }
    }
    gone.putAll(transaction.removedDatabases);
    gone.keySet().removeAll(transaction.madeDatabases);
    List<Event> events = new ArrayList<>();
    gone.forEach(
        (oid, lsn) -> {
          Optional<String> name =
              Optional.ofNullable(called.get(oid)).or(() -> names.database(oid));
          events.add(event(xid, transaction, inSight, oid, name, lsn));
        });
    return events;
  }

  private Event event(
      int xid, Transaction of, boolean inSight, int database, Optional<String> name, long lsn) {
    Lsn at = new Lsn(lsn);
    return new Event(
        new EventId(timelines.apply(at), at, 1),
        EventKind.DATABASE_DROPPED,
        of.removedDatabases.isEmpty() ? lastCheckpoint : of.removedBehind,
        Integer.toUnsignedLong(xid),
        new Lsn(Math.min(of.first, marks.getOrDefault(database, lsn))),
        inSight,
        database,
        name,
        database,
        name,
        ' ',
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
