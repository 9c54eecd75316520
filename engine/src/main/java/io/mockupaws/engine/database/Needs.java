package io.mockupaws.engine.database;

import io.mockupaws.engine.cluster.DatabaseProperties;
import io.mockupaws.engine.cluster.ServerSession;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a database asks of the server it is brought to; read from the scratch server.
 *
 * @param owners roles that own something
 * @param others roles that something is granted to, or a policy or a user mapping names
 * @param extensions by name
 * @param tablespaces by name, without the usual ones
 * @param publications of all tables, which only a superuser makes
 * @param subscriptions that are left out
 * @param locks relations and large objects: a restore in one transaction locks each of them
 */
record Needs(
    List<String> owners,
    List<String> others,
    List<String> extensions,
    List<String> tablespaces,
    List<String> publications,
    List<String> subscriptions,
    long locks,
    long unlogged) {

  /**
   * Roles are in {@code pg_shdepend}, but for the bootstrap superuser, on whom nothing depends by
   * name ({@code IsPinnedObject}, {@code catalog.c}). What an extension brought belongs to whoever
   * creates it anew.
   */
  private static final String OWNERS =
      """
      SELECT DISTINCT pg_get_userbyid(s.refobjid) FROM pg_shdepend s
       WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND s.refclassid = 'pg_authid'::regclass AND s.deptype = 'o'
         AND s.classid <> 'pg_extension'::regclass
         AND NOT EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = s.classid AND d.objid = s.objid AND d.deptype = 'e')
      UNION
      SELECT pg_get_userbyid(10) WHERE EXISTS (
        SELECT FROM (
          SELECT 'pg_class'::regclass AS catalogue, oid FROM pg_class
           WHERE relowner = 10 AND relnamespace <> 'pg_toast'::regnamespace
          UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE proowner = 10
          UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspowner = 10
          UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type
           WHERE typowner = 10 AND typrelid = 0 AND typelem = 0 AND typtype <> 'm'
          UNION ALL SELECT 'pg_largeobject'::regclass, oid FROM pg_largeobject_metadata
           WHERE lomowner = 10) o
        WHERE o.oid >= 16384
          AND NOT EXISTS (SELECT FROM pg_depend d
                           WHERE d.classid = o.catalogue AND d.objid = o.oid
                             AND d.deptype = 'e'))
      ORDER BY 1
      """;

  /** With a parameter: whether grants are left out. */
  private static final String OTHERS =
      """
      SELECT DISTINCT pg_get_userbyid(refobjid) FROM pg_shdepend
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND refclassid = 'pg_authid'::regclass AND deptype IN ('a', 'r', 'i')
         AND NOT (? AND deptype IN ('a', 'i'))
         AND refobjid >= 16384
      UNION
      SELECT pg_get_userbyid(umuser) FROM pg_user_mapping WHERE umuser <> 0
      ORDER BY 1
      """;

  private static final String TABLESPACES =
      """
      SELECT t.spcname FROM pg_tablespace t
       WHERE t.spcname NOT IN ('pg_default', 'pg_global')
         AND t.oid IN (SELECT reltablespace FROM pg_class)
       ORDER BY 1
      """;

  private static final String LOCKS =
      "SELECT (SELECT count(*) FROM pg_class WHERE oid >= 16384)"
          + " + (SELECT count(*) FROM pg_largeobject_metadata)";

  Needs {
    owners = List.copyOf(owners);
    others = List.copyOf(others);
    extensions = List.copyOf(extensions);
    tablespaces = List.copyOf(tablespaces);
    publications = List.copyOf(publications);
    subscriptions = List.copyOf(subscriptions);
  }

  static Needs of(ServerSession source, Omissions omissions) {
    return new Needs(
        omissions.owners() ? List.of() : names(source, OWNERS),
        names(source, OTHERS, omissions.privileges()),
        names(source, "SELECT extname FROM pg_extension WHERE oid >= 16384 ORDER BY 1"),
        omissions.tablespaces() ? List.of() : names(source, TABLESPACES),
        names(source, "SELECT pubname FROM pg_publication WHERE puballtables ORDER BY 1"),
        names(
            source,
            "SELECT subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database"
                + " WHERE datname = current_database()) ORDER BY 1"),
        source.one("counting what is there", LOCKS, row -> row.getLong(1)),
        source.one(
            "counting what is there",
            "SELECT count(*) FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'",
            row -> row.getLong(1)));
  }

  private static List<String> names(ServerSession source, String query, Object... parameters) {
    return source.query(
        "reading what the database needs", query, row -> row.getString(1), parameters);
  }

  /** With what a database needs that is made there: its owner, its grants, its tablespace. */
  Needs with(DatabaseProperties database, Omissions omissions) {
    Set<String> owning = new TreeSet<>(owners);
    Set<String> granted = new TreeSet<>(others);
    Set<String> places = new TreeSet<>(tablespaces);
    if (!omissions.owners()) {
      owning.add(database.owner());
      if (!omissions.privileges()) {
        database.grants().stream()
            .flatMap(List::stream)
            .forEach(grant -> grant.grantee().ifPresent(granted::add));
      }
    }
    granted.removeAll(owning);
    if (!omissions.tablespaces() && !database.tablespace().equals("pg_default")) {
      places.add(database.tablespace());
    }
    return new Needs(
        List.copyOf(owning),
        List.copyOf(granted),
        extensions,
        List.copyOf(places),
        publications,
        subscriptions,
        locks,
        unlogged);
  }
}
