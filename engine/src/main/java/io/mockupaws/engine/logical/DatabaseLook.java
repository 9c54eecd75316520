package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.DatabaseProperties;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import java.util.ArrayList;
import java.util.List;

/** Which databases are to be dumped, and whether they can be: looked at before anything starts. */
final class DatabaseLook {
  private static final String ALL =
      """
      SELECT datname FROM pg_database
       WHERE datallowconn AND NOT datistemplate AND datconnlimit <> -2 ORDER BY 1
      """;

  private static final String ONE =
      """
      SELECT datallowconn AND datconnlimit <> -2,
             has_database_privilege(current_user, datname, 'CONNECT'),
             CASE WHEN has_database_privilege(current_user, datname, 'CONNECT')
                  THEN pg_database_size(oid) ELSE 0 END
        FROM pg_database WHERE datname = ?
      """;

  /** What {@code pg_dump} reads, or locks, of a database's own. */
  private static final String READ =
      """
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'S', 'm') AND c.relpersistence <> 't'
         AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         AND NOT EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                            AND d.deptype = 'e')
      """;

  private static final String FORBIDDEN =
      "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)"
          + READ
          + """
             AND NOT (has_schema_privilege(n.oid, 'USAGE')
                      AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT')
                               ELSE has_table_privilege(c.oid, 'SELECT') END)
           ORDER BY 1 LIMIT 3
          """;

  private static final String HIDDEN =
      "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)"
          + READ
          + " AND c.relkind IN ('r', 'p') AND row_security_active(c.oid) ORDER BY 1 LIMIT 3";

  private final ServerSession session;
  private final LogicalRequest request;

  DatabaseLook(ServerSession session, LogicalRequest request) {
    this.session = session;
    this.request = request;
  }

  /**
   * Those that are to be dumped.
   *
   * @throws Failure USAGE for one that is not there; SERVER_RIGHTS for one that the role cannot
   *     read as a whole
   */
  List<LogicalPlan.Database> databases() {
    List<LogicalPlan.Database> found = new ArrayList<>();
    for (String name : names()) {
      found.add(database(name));
    }
    return found;
  }

  private List<String> names() {
    if (request.all()) {
      return session.query("listing the databases", ALL, row -> row.getString(1));
    }
    return request.databases().isEmpty()
        ? List.of(request.server().database())
        : request.databases().stream().distinct().toList();
  }

  private LogicalPlan.Database database(String name) {
    // unknown names are told with those that are there
    DatabaseProperties properties = DatabaseProperties.of(session, name);
    long bytes =
        session.one(
            "looking at the database",
            ONE,
            row -> {
              if (!row.getBoolean(1)) {
                throw new Failure(
                    ErrorCode.USAGE,
                    "the database " + name + " takes no connections",
                    "name another one");
              }
              if (!row.getBoolean(2)) {
                throw rights(
                    "may not connect to the database " + name, "GRANT CONNECT ON DATABASE");
              }
              return row.getLong(3);
            },
            name);
    if (request.filters().isNone()) {
      requireReadable(name);
    }
    return new LogicalPlan.Database(name, bytes, properties.json());
  }

  private void requireReadable(String name) {
    ServerAddress address = session.address().withDatabase(name);
    try (ServerSession inside = ServerSession.open(address)) {
      List<String> forbidden = names(inside, FORBIDDEN);
      if (!forbidden.isEmpty()) {
        throw rights(
            "may not read all of the database " + name + ": " + String.join(", ", forbidden),
            "GRANT pg_read_all_data TO the role");
      }
      List<String> hidden = names(inside, HIDDEN);
      if (!hidden.isEmpty()) {
        throw rights(
            "does not see all rows of "
                + String.join(", ", hidden)
                + " in the database "
                + name
                + ": policies hide some",
            "ALTER ROLE ... BYPASSRLS");
      }
    }
  }

  private static List<String> names(ServerSession inside, String query) {
    return inside.query("looking whether all can be read", query, row -> row.getString(1));
  }

  private Failure rights(String what, String statement) {
    return new Failure(
        ErrorCode.SERVER_RIGHTS,
        "the role " + session.address().user() + " " + what,
        "as an administrator: " + statement + "; or back up as another role");
  }
}
