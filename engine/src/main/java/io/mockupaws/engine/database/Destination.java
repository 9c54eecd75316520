package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.Sql;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The server that a database goes to, reached through a database that is not the destination: one
 * cannot rename or drop what one is connected to.
 */
final class Destination implements AutoCloseable {
  private static final List<String> MAINTENANCE = List.of("postgres", "template1");

  private static final String CONNECTIONS =
      """
      SELECT coalesce(usename, '') || '@' || coalesce(host(client_addr), 'local')
             || CASE coalesce(application_name, '') WHEN '' THEN '' ELSE ' (' || application_name
             || ')' END || CASE count(*) WHEN 1 THEN '' ELSE ' x ' || count(*) END
        FROM pg_stat_activity
       WHERE datname = ? AND pid <> pg_backend_pid() AND backend_type = 'client backend'
       GROUP BY usename, client_addr, application_name ORDER BY 1
      """;

  /** An extension's own relations came with it, and nobody's data is in them. */
  private static final String RELATIONS =
      """
      SELECT n.nspname || '.' || c.relname FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't'
         AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND %s
       ORDER BY 1 LIMIT 3
      """
          .formatted(CatalogueQueries.ownObject("pg_class", "c.oid"));

  private final ServerAddress address;
  private ServerSession session;

  private Destination(ServerAddress address, ServerSession session) {
    this.address = address;
    this.session = session;
  }

  /**
   * Connects.
   *
   * @param mark what the session is called there, so that others can tell that we live
   * @throws Failure as {@link ServerSession#open}
   */
  static Destination open(ServerAddress address, String mark) {
    if (MAINTENANCE.contains(address.database())) {
      throw new Failure(
          ErrorCode.USAGE,
          "the database " + address.database() + " is one of the server's own",
          "name another database in the address; it is made by --replace where it is not there");
    }
    Optional<Failure> first = Optional.empty();
    for (String database : MAINTENANCE) {
      try {
        ServerSession session =
            ServerSession.open(address.withDatabase(database).withApplicationName(mark));
        return new Destination(session.address().withDatabase(address.database()), session);
      } catch (Failure e) {
        first = first.or(() -> Optional.of(e));
      }
    }
    throw first.orElseThrow();
  }

  ServerSession session() {
    return session;
  }

  /** The destination itself, on the one server that answered. */
  ServerAddress address() {
    return address;
  }

  String name() {
    return address.database();
  }

  DestinationFacts facts() {
    String doing = "looking at the destination";
    boolean exists =
        session.one(
            doing,
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = ?)",
            row -> row.getBoolean(1),
            name());
    long bytes =
        exists && may("has_database_privilege(current_user, datname, 'CONNECT')")
            ? session.one(doing, "SELECT pg_database_size(?::name)", row -> row.getLong(1), name())
            : 0;
    return session.one(
        doing,
        "SELECT current_setting('server_version'), current_setting('server_version_num')::int,"
            + " rolsuper, pg_is_in_recovery() FROM pg_roles WHERE rolname = current_user",
        row -> {
          if (row.getBoolean(4)) {
            throw new Failure(
                ErrorCode.DATABASE_UNFIT,
                "the server at " + address + " is a standby: it takes no writes",
                "give the primary's address");
          }
          return new DestinationFacts(
              row.getString(1).replaceFirst(" .*", ""),
              row.getInt(2) / 10_000,
              exists,
              bytes,
              connections(),
              row.getBoolean(3));
        });
  }

  List<String> connections() {
    return session.query(
        "looking who is connected to the destination",
        CONNECTIONS,
        row -> row.getString(1),
        name());
  }

  private boolean may(String condition) {
    return session
        .query(
            "looking at the rights on the destination",
            "SELECT " + condition + " FROM pg_database WHERE datname = ?",
            row -> row.getBoolean(1),
            name())
        .stream()
        .allMatch(Boolean::booleanValue);
  }

  /** Refuses what cannot be done with the database that is there, or is not. */
  void require(Way way, DestinationFacts facts, boolean disconnect) {
    switch (way) {
      case EMPTY -> requireEmpty(facts);
      case REPLACE, DISPOSABLE -> requireMayReplace(facts, disconnect);
    }
  }

  private void requireEmpty(DestinationFacts facts) {
    if (!facts.exists()) {
      throw new Failure(
          ErrorCode.SERVER_LOGIN,
          "there is no database " + name() + " at " + address,
          "create it (CREATE DATABASE), or let --replace make it");
    }
    List<String> relations;
    try (ServerSession inside = ServerSession.open(address)) {
      relations = inside.query("looking whether it is empty", RELATIONS, row -> row.getString(1));
    }
    if (!relations.isEmpty()) {
      throw new Failure(
          ErrorCode.TARGET_NOT_EMPTY,
          "the database " + name() + " is not empty: it has " + String.join(", ", relations),
          "name an empty database; --replace keeps this one under another name, --disposable drops"
              + " it");
    }
    if (!may("has_database_privilege(current_user, datname, 'CREATE')")) {
      throw rights("may not create anything in it", "GRANT CREATE ON DATABASE");
    }
  }

  private void requireMayReplace(DestinationFacts facts, boolean disconnect) {
    boolean creates =
        session.one(
            "looking at the rights on the destination",
            "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user",
            row -> row.getBoolean(1));
    if (!creates) {
      throw rights("may not create databases", "ALTER ROLE ... CREATEDB");
    }
    if (!may("pg_has_role(datdba, 'USAGE')")) {
      throw rights("does not own it", "ALTER DATABASE ... OWNER TO");
    }
    if (!disconnect && !facts.connections().isEmpty()) {
      throw inUse(facts.connections());
    }
  }

  Failure inUse(List<String> connections) {
    return new Failure(
        ErrorCode.DATABASE_IN_USE,
        "the database " + name() + " is in use: " + String.join(", ", connections),
        "stop what uses it, or end these connections with --disconnect");
  }

  private Failure rights(String what, String statement) {
    return new Failure(
        ErrorCode.SERVER_RIGHTS,
        "the role " + address.user() + " " + what + ": the database " + name(),
        "as an administrator: " + statement + "; or connect as another role");
  }

  /**
   * Drops one.
   *
   * @param disconnect whether connections to it are ended, those too that come again meanwhile
   */
  void drop(String database, boolean disconnect) {
    session.run(
        "dropping " + database,
        "DROP DATABASE IF EXISTS "
            + Sql.identifier(database)
            + (disconnect ? " WITH (FORCE)" : ""));
  }

  /** Asks now and then: what stands between forgets connections that say nothing for minutes. */
  Awake awake() {
    return new Awake();
  }

  /** While it is open the connection is used. */
  final class Awake implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread asker = Thread.startVirtualThread(this::ask);

    private void ask() {
      try {
        while (!over.await(1, TimeUnit.MINUTES)) {
          session.one("keeping the connection", "SELECT 1", row -> row.getInt(1));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Failure e) {
        // whoever uses it next connects again
      }
    }

    @Override
    public void close() {
      over.countDown();
      try {
        asker.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      revive();
    }
  }

  /** Connects again where the connection was lost meanwhile. */
  private void revive() {
    try {
      session.one("looking at the connection", "SELECT 1", row -> row.getInt(1));
    } catch (Failure e) {
      session.close();
      session = ServerSession.open(session.address());
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
