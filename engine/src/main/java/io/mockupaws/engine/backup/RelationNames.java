package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.RelationPath;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names the relations that files belong to, so that an operator knows what is damaged. A catalogue
 * can be read only from within its database; where that does not succeed (a database that takes no
 * connections, a damaged catalogue) the name stays empty: no backup fails for a name.
 */
final class RelationNames {
  /** A toast table is named with the table whose values it holds. */
  private static final String QUERY =
      "SELECT c.oid::regclass::text || coalesce(' of ' || (SELECT t.oid::regclass::text"
          + " FROM pg_class t WHERE t.reltoastrelid = c.oid), '')"
          + " FROM pg_class c WHERE c.oid = pg_filenode_relation(?::bigint::oid, ?::bigint::oid)";

  private final ServerSession session;
  private final Map<Relation, String> known = new HashMap<>();
  private final Map<Integer, Optional<ServerSession>> databases = new HashMap<>();

  RelationNames(ServerSession session) {
    this.session = session;
  }

  /** The names of the relations of those files, as {@code database: schema.table}. */
  static Map<String, String> of(ServerSession session, List<String> paths) {
    RelationNames names = new RelationNames(session);
    try {
      Map<String, String> found = new HashMap<>();
      for (String path : paths) {
        RelationPath.parse(path)
            .ifPresent(
                file ->
                    found.put(path, names.known.computeIfAbsent(file.relation(), names::lookUp)));
      }
      return found;
    } finally {
      names.databases.values().forEach(other -> other.ifPresent(ServerSession::close));
    }
  }

  private String lookUp(Relation relation) {
    try {
      Optional<ServerSession> inside = session(relation.database());
      return inside.map(other -> lookUp(other, relation)).orElse("");
    } catch (Failure e) {
      return "";
    }
  }

  private static String lookUp(ServerSession inside, Relation relation) {
    List<String> names =
        inside.query(
            "looking up a relation's name",
            QUERY,
            row -> row.getString(1),
            Integer.toUnsignedLong(relation.tablespace()),
            Integer.toUnsignedLong(relation.number()));
    String database = relation.database() == 0 ? "" : inside.address().database() + ": ";
    return names.stream().findFirst().map(name -> database + name).orElse("");
  }

  /** Shared relations are looked up where we are. */
  private Optional<ServerSession> session(int database) {
    if (database == 0) {
      return Optional.of(session);
    }
    return databases.computeIfAbsent(database, this::open);
  }

  private Optional<ServerSession> open(int database) {
    List<String> names =
        session.query(
            "looking up a database's name",
            "SELECT datname FROM pg_database WHERE oid = ?::bigint::oid AND datallowconn",
            row -> row.getString(1),
            Integer.toUnsignedLong(database));
    if (names.isEmpty()) {
      return Optional.empty();
    }
    ServerAddress there = session.address().withDatabase(names.getFirst());
    try {
      return Optional.of(ServerSession.open(there));
    } catch (Failure e) {
      return Optional.empty();
    }
  }
}
