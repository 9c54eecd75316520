package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerSession;
import java.util.List;

/**
 * What a database asks of the server it is brought to; read from the scratch server.
 *
 * @param owners roles that own something
 * @param others roles that something is granted to, or a policy or a user mapping names
 * @param extensions by name
 * @param tablespaces by name, without the usual ones
 * @param subscriptions that are left out
 * @param locks relations and large objects: a restore in one transaction locks each of them
 */
record Needs(
    List<String> owners,
    List<String> others,
    List<String> extensions,
    List<String> tablespaces,
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
         AND (t.oid IN (SELECT reltablespace FROM pg_class)
              OR t.oid = (SELECT dattablespace FROM pg_database
                           WHERE datname = current_database()))
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
    subscriptions = List.copyOf(subscriptions);
  }

  static Needs of(ServerSession source, Omissions omissions) {
    return new Needs(
        omissions.owners() ? List.of() : names(source, OWNERS),
        names(source, OTHERS, omissions.privileges()),
        names(source, "SELECT extname FROM pg_extension ORDER BY 1"),
        omissions.tablespaces() ? List.of() : names(source, TABLESPACES),
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

  /**
   * Refuses a destination that cannot take it, before anything is touched there.
   *
   * @param there a session in any database of the destination's server
   * @param oneTransaction whether all locks are held at once
   * @throws Failure DATABASE_UNFIT
   */
  void require(ServerSession there, boolean oneTransaction) {
    requireRoles(there);
    requireExtensions(there);
    List<String> missing =
        missing(there, tablespaces, "SELECT spcname FROM pg_tablespace WHERE spcname = ?");
    refuse(
        missing,
        "the destination has no tablespace ",
        "create it there, or restore with --no-tablespaces");
    if (oneTransaction) {
      requireLocks(there);
    }
  }

  private void requireRoles(ServerSession there) {
    String known = "SELECT rolname FROM pg_roles WHERE rolname = ?";
    refuse(
        missing(there, owners, known),
        "something in the database belongs to a role that the destination does not have: ",
        "create it there (CREATE ROLE), or restore with --no-owner: all belongs to whoever"
            + " connects");
    refuse(
        missing(there, others, known),
        "a grant, policy or user mapping names a role that the destination does not have: ",
        "create it there (CREATE ROLE); grants alone are left out by --no-privileges");
    refuse(
        missing(
            there,
            owners,
            "SELECT rolname FROM pg_roles WHERE rolname = ? AND pg_has_role(oid, 'MEMBER')"),
        "whoever connects may not make these roles owners of anything: ",
        "connect as a superuser or a member of them, or restore with --no-owner");
  }

  private void requireExtensions(ServerSession there) {
    refuse(
        missing(
            there,
            extensions,
            "SELECT name FROM pg_available_extensions WHERE name = ?"
                + " UNION ALL SELECT extname FROM pg_extension WHERE extname = ?"),
        "the destination's server lacks the extension ",
        "install its package on that server");
    refuse(
        missing(
            there,
            extensions,
            "SELECT v.name FROM pg_available_extension_versions v WHERE v.name = ?"
                + " AND (NOT v.superuser OR v.trusted OR (SELECT rolsuper FROM pg_roles"
                + " WHERE rolname = current_user)) UNION ALL"
                + " SELECT extname FROM pg_extension WHERE extname = ?"),
        "only a superuser may create the extension ",
        "connect as a superuser, or create the extension in the empty destination beforehand");
  }

  private void requireLocks(ServerSession there) {
    long room =
        there.one(
            "reading the settings",
            "SELECT current_setting('max_locks_per_transaction')::bigint"
                + " * (current_setting('max_connections')::bigint"
                + " + current_setting('max_prepared_transactions')::bigint)",
            row -> row.getLong(1));
    if (locks > room) {
      throw new Failure(
          ErrorCode.DATABASE_UNFIT,
          "a restore in one transaction locks "
              + locks
              + " relations and large objects; the destination's lock table holds about "
              + room,
          "restore with --replace or --disposable, which need no single transaction, or raise"
              + " max_locks_per_transaction there");
    }
  }

  private static List<String> missing(ServerSession there, List<String> names, String query) {
    boolean twice = query.indexOf('?') != query.lastIndexOf('?');
    return names.stream()
        .filter(
            name ->
                there
                    .query(
                        "looking for what the database needs",
                        query,
                        row -> row.getString(1),
                        twice ? new Object[] {name, name} : new Object[] {name})
                    .isEmpty())
        .toList();
  }

  private static void refuse(List<String> missing, String what, String next) {
    if (!missing.isEmpty()) {
      throw new Failure(ErrorCode.DATABASE_UNFIT, what + String.join(", ", missing), next);
    }
  }
}
