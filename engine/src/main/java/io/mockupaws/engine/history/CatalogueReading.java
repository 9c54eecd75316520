package io.mockupaws.engine.history;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.history.CatalogueSnapshot;
import io.mockupaws.core.history.CatalogueSnapshot.DatabaseNames;
import io.mockupaws.core.history.CatalogueSnapshot.Named;
import io.mockupaws.core.history.CatalogueSnapshot.Schema;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the names of a server's databases over SQL. A catalogue can be read only from within its
 * database: one that the role may not connect to is entered without its relations.
 */
final class CatalogueReading {
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final int BATCH = 5_000;

  /** Temporary ones write no WAL; indexes are named by nobody. */
  private static final String RELATIONS =
      "SELECT c.oid::bigint, c.relname::text, c.relnamespace::bigint,"
          + " coalesce(pg_relation_filenode(c.oid), 0)::bigint, c.reltablespace::bigint,"
          + " c.relkind::text FROM pg_class c"
          + " WHERE c.relpersistence <> 't' AND c.relkind IN ('r','p','m','f','v','S','t')"
          + " ORDER BY c.oid LIMIT ";

  private final ServerSession session;
  private final int most;
  private int room;
  private boolean cut;

  /**
   * A reading.
   *
   * @param most relations that are kept, over all databases
   */
  CatalogueReading(ServerSession session, int most) {
    this.session = session;
    this.most = most;
    this.room = most;
  }

  /** Up to where what was committed is visible to the session; on a standby, what was replayed. */
  static Lsn position(ServerSession session) {
    return session.one(
        "asking where the server stands",
        "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
            + " ELSE pg_current_wal_flush_lsn() END)::text",
        row -> Lsn.parse(row.getString(1)));
  }

  private record Database(int oid, String name, boolean open) {}

  CatalogueSnapshot read() {
    List<Database> databases =
        session.query(
            "reading the names of databases",
            "SELECT oid::bigint, datname::text, datallowconn"
                + " AND has_database_privilege(oid, 'CONNECT') FROM pg_database ORDER BY oid",
            row -> new Database((int) row.getLong(1), row.getString(2), row.getBoolean(3)));
    List<DatabaseNames> names = databases.stream().map(this::names).toList();
    return new CatalogueSnapshot(names, cut);
  }

  private DatabaseNames names(Database database) {
    if (database.open()) {
      try (ServerSession inside =
          ServerSession.open(session.address().withDatabase(database.name()), ANSWER)) {
        return names(database, inside);
      } catch (Failure e) {
        // Dropped since, or closed to us: its names are then missing, and nothing else is.
      }
    }
    return new DatabaseNames(database.oid(), database.name(), false, List.of(), List.of());
  }

  private DatabaseNames names(Database database, ServerSession inside) {
    List<Schema> schemas =
        inside.query(
            "reading the names of schemas",
            "SELECT oid::bigint, nspname::text FROM pg_namespace"
                + " WHERE nspname !~ '^pg_(toast_)?temp_' ORDER BY oid",
            row -> new Schema((int) row.getLong(1), row.getString(2)));
    List<Named> relations = new ArrayList<>();
    inside.stream(
        "reading the names of relations",
        RELATIONS + (room + 1L),
        BATCH,
        row ->
            new Named(
                (int) row.getLong(1),
                row.getString(2),
                (int) row.getLong(3),
                (int) row.getLong(4),
                (int) row.getLong(5),
                row.getString(6).charAt(0)),
        relations::add);
    if (relations.size() > room) {
      cut = true;
      relations = relations.subList(0, room);
    }
    room = Math.min(most, room - relations.size());
    return new DatabaseNames(database.oid(), database.name(), true, schemas, relations);
  }
}
