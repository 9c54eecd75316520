package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.DatabaseProperties;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.Sql;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A database beside the destination, filled there and given the destination's name in one
 * transaction with the one that has it: whatever breaks off, one whole database bears the name.
 *
 * <p>Until then it bears a comment, by which what was left by a process that was killed is found.
 */
final class Beside implements AutoCloseable {
  private static final int LONGEST_NAME = 63;
  private static final String MARK = "mockupaws restore ";
  private static final String UNFINISHED = "mockupaws: a restore that is not finished, ";
  private static final String BESIDE = "_mockupaws_";
  private static final int ID_LENGTH = 8;
  private static final long TERMINATE_PAUSE_MILLIS = 100;

  /**
   * What a killed restore left: it bears our comment, or the kill fell before that, and then it
   * takes no connections: nobody can have put anything into it.
   */
  private static final String ABANDONED =
      """
      SELECT datname FROM
        (SELECT datname, datdba, datallowconn, shobj_description(oid, 'pg_database') AS comment
           FROM pg_database) d
       WHERE (starts_with(comment, ?)
              OR comment IS NULL AND NOT datallowconn AND starts_with(datname, ?))
         AND datname ~ '_mockupaws_[0-9a-f]{8}$' AND pg_has_role(datdba, 'USAGE')
         AND NOT EXISTS (SELECT FROM pg_stat_activity
                          WHERE application_name = ? || right(datname, 8))
      """;

  /** Settings whose value is a list of names ({@code GUC_LIST_QUOTE}, {@code guc_tables.c}). */
  private static final Set<String> LISTS =
      Set.of(
          "search_path",
          "temp_tablespaces",
          "session_preload_libraries",
          "local_preload_libraries");

  private final Destination destination;
  private final String name;
  private final DatabaseProperties properties;
  private final Omissions omissions;
  private final List<String> notes = new ArrayList<>();
  private boolean inPlace;

  private Beside(
      Destination destination, String name, DatabaseProperties properties, Omissions omissions) {
    this.destination = destination;
    this.name = name;
    this.properties = properties;
    this.omissions = omissions;
  }

  /** What the session is called that makes a database of this id. */
  static String mark(String id) {
    return MARK + id;
  }

  /** The name under which a database is kept that is replaced at a time. */
  static String keptName(String name, Instant time) {
    return cut(
        name,
        "_before_"
            + DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(time));
  }

  /** PostgreSQL would cut a longer name at its end, where the difference is. */
  private static String cut(String name, String suffix) {
    String begin = name;
    while ((begin + suffix).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      begin = begin.substring(0, begin.offsetByCodePoints(begin.length(), -1));
    }
    return begin + suffix;
  }

  /**
   * Drops what restores of this destination left that were killed.
   *
   * @return their names
   */
  static List<String> clearAbandoned(Destination destination) {
    List<String> left =
        destination
            .session()
            .query(
                "looking for what was left",
                ABANDONED,
                row -> row.getString(1),
                UNFINISHED + "for " + destination.name() + " ",
                cut(destination.name(), BESIDE + "0".repeat(ID_LENGTH))
                    .transform(Beside::withoutId),
                MARK);
    left.forEach(name -> destination.drop(name, /* disconnect= */ true));
    return left;
  }

  private static String withoutId(String name) {
    return name.substring(0, name.length() - ID_LENGTH);
  }

  /** Makes it, empty; it takes connections only once its comment says what it is. */
  static Beside create(
      Destination destination, String id, DatabaseProperties properties, Omissions omissions) {
    String name = cut(destination.name(), BESIDE + id);
    Beside beside = new Beside(destination, name, properties, omissions);
    destination
        .session()
        .run(
            "creating " + name,
            properties.create(name, !omissions.owners(), !omissions.tablespaces())
                + " ALLOW_CONNECTIONS false");
    beside.run(
        "COMMENT ON DATABASE "
            + Sql.identifier(name)
            + " IS "
            + Sql.literal(UNFINISHED + "for " + destination.name() + " "));
    beside.run("ALTER DATABASE " + Sql.identifier(name) + " ALLOW_CONNECTIONS true");
    return beside;
  }

  ServerAddress address() {
    return destination.address().withDatabase(name);
  }

  /** What could not be given to it. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  private void run(String sql) {
    destination.session().run("restoring the database's properties", sql);
  }

  /** Settings and grants of the database itself. */
  void giveProperties() {
    properties.settings().forEach(this::give);
    if (omissions.owners() || omissions.privileges()) {
      return;
    }
    properties
        .grants()
        .ifPresent(
            grants -> {
              run("REVOKE ALL ON DATABASE " + Sql.identifier(name) + " FROM PUBLIC");
              grants.forEach(this::grant);
            });
  }

  /** What lacks is refused before; what went since is no reason to throw a whole copy away. */
  private void orNote(String what, Runnable give) {
    try {
      give.run();
    } catch (Failure e) {
      if (e.code() == ErrorCode.SERVER_UNREACHABLE) {
        throw e;
      }
      notes.add(what + " could not be restored: " + e.what());
    }
  }

  private void grant(DatabaseProperties.Grant grant) {
    orNote(
        "the right "
            + grant.privilege()
            + " of "
            + grant.grantee().map(role -> "the role " + role).orElse("all"),
        () -> run(statement(grant)));
  }

  private String statement(DatabaseProperties.Grant grant) {
    return "GRANT "
        + grant.privilege()
        + " ON DATABASE "
        + Sql.identifier(name)
        + " TO "
        + grant.grantee().map(Sql::identifier).orElse("PUBLIC")
        + (grant.grantable() ? " WITH GRANT OPTION" : "");
  }

  private void give(DatabaseProperties.Setting setting) {
    String whose =
        setting
            .role()
            .map(role -> "ALTER ROLE " + Sql.identifier(role) + " IN DATABASE ")
            .orElse("ALTER DATABASE ");
    String begin = whose + Sql.identifier(name) + " SET " + parameter(setting.name());
    orNote(
        "the setting "
            + setting.name()
            + setting.role().map(role -> " of the role " + role).orElse(""),
        () -> {
          if (LISTS.contains(setting.name())) {
            giveList(setting, begin);
          } else {
            run(begin + " TO " + Sql.literal(setting.value()));
          }
        });
  }

  /** The server takes a list apart and quotes it itself. */
  private void giveList(DatabaseProperties.Setting setting, String begin) {
    ServerSession session = destination.session();
    String set = "SELECT set_config(?, ?, false)";
    session.query("restoring a setting", set, row -> 1, setting.name(), setting.value());
    try {
      run(begin + " FROM CURRENT");
    } finally {
      session.query("restoring a setting", set, row -> 1, "search_path", "pg_catalog");
    }
  }

  private static String parameter(String name) {
    // an extension's parameter has a prefix: prefix.name
    return String.join(".", List.of(name.split("\\.", -1)).stream().map(Sql::identifier).toList());
  }

  /**
   * Gives it the destination's name, and the one that has it another.
   *
   * @param keptAs the other's name; empty: there is none
   * @throws Failure DATABASE_IN_USE when somebody is connected and may not be disconnected
   */
  void takePlace(Optional<String> keptAs, boolean disconnect) {
    ServerSession session = destination.session();
    AtomicBoolean done = new AtomicBoolean();
    Optional<Thread> ender =
        disconnect && keptAs.isPresent()
            ? Optional.of(Thread.startVirtualThread(() -> keepFree(done)))
            : Optional.empty();
    try {
      session.run("changing names", "BEGIN");
      keptAs.ifPresent(kept -> rename(destination.name(), kept));
      rename(name, destination.name());
      run(
          "COMMENT ON DATABASE "
              + Sql.identifier(destination.name())
              + " IS "
              + properties.comment().map(Sql::literal).orElse("NULL"));
      session.run("changing names", "COMMIT");
      inPlace = true;
    } catch (Failure e) {
      session.run("taking the change of names back", "ROLLBACK");
      List<String> connections = destination.connections();
      throw disconnect || connections.isEmpty() ? e : destination.inUse(connections);
    } finally {
      done.set(true);
      ender.ifPresent(Beside::join);
    }
  }

  private void rename(String from, String to) {
    destination
        .session()
        .run(
            "renaming " + from + " to " + to,
            "ALTER DATABASE " + Sql.identifier(from) + " RENAME TO " + Sql.identifier(to));
  }

  /**
   * Renaming takes the database's lock and then waits 5 s for others to go ({@code
   * CountOtherDBBackends}, {@code procarray.c}): whoever got in before the lock is ended meanwhile.
   */
  private void keepFree(AtomicBoolean done) {
    ServerAddress ours = destination.session().address();
    try (ServerSession session = ServerSession.open(ours)) {
      while (!done.get()) {
        session.query(
            "ending connections",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = ? AND backend_type = 'client backend'",
            row -> row.getBoolean(1),
            destination.name());
        Thread.sleep(TERMINATE_PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Failure e) {
      // the renaming fails with the cause that matters
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Drops it, unless it is in its place. */
  @Override
  public void close() {
    if (!inPlace) {
      destination.drop(name, /* disconnect= */ true);
    }
  }
}
