package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerSession;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a destination lacks of what a database needs. All of it is told at once: to find the next
 * lack the whole cluster would be recovered again.
 */
final class Lacks {
  private static final String ROLE = "SELECT rolname FROM pg_roles WHERE rolname = ?";
  private static final String MEMBER = ROLE + " AND NOT pg_has_role(oid, 'MEMBER')";

  private static final String EXTENSION =
      "SELECT e.name FROM pg_available_extensions e WHERE e.name = ?";

  /** Also where it is there already: a dump comments on it, as only its owner may. */
  private static final String EXTENSION_OF_SUPERUSERS =
      EXTENSION
          + """
           AND NOT EXISTS (SELECT FROM pg_available_extension_versions v
                            WHERE v.name = e.name
                              AND (NOT v.superuser OR v.trusted
                                   OR (SELECT rolsuper FROM pg_roles
                                        WHERE rolname = current_user)))
          """;

  private static final String TABLESPACE = "SELECT spcname FROM pg_tablespace WHERE spcname = ?";
  private static final String CLOSED_TABLESPACE =
      TABLESPACE + " AND NOT has_tablespace_privilege(oid, 'CREATE')";

  private final ServerSession there;
  private final List<Lack> all = new ArrayList<>();

  /** One kind of lack, and the way out. */
  private record Lack(String what, String next) {}

  private Lacks(ServerSession there) {
    this.there = there;
  }

  /**
   * Looks for them.
   *
   * @param there a session in any database of the destination's server
   * @param oneTransaction whether all locks are held at once
   */
  static Lacks of(Needs needs, ServerSession there, boolean oneTransaction) {
    Lacks lacks = new Lacks(there);
    lacks.ofRoles(needs);
    lacks.ofExtensions(needs);
    lacks.ofTablespaces(needs);
    lacks.ofRights(needs);
    if (oneTransaction) {
      lacks.ofLocks(needs);
    }
    return lacks;
  }

  /**
   * Ends a restore that cannot succeed, before anything is touched there.
   *
   * @throws Failure DATABASE_UNFIT
   */
  void refuse() {
    if (!all.isEmpty()) {
      throw new Failure(
          ErrorCode.DATABASE_UNFIT,
          all.stream().map(Lack::what).collect(Collectors.joining("; ")),
          all.stream().map(Lack::next).collect(Collectors.joining("; ")));
    }
  }

  private void ofRoles(Needs needs) {
    add(
        without(needs.owners(), ROLE),
        "something in the database belongs to a role that the destination does not have: ",
        "create it there (CREATE ROLE), or restore with --no-owner: all belongs to whoever"
            + " connects");
    add(
        without(needs.others(), ROLE),
        "a grant, policy or user mapping names a role that the destination does not have: ",
        "create it there (CREATE ROLE); grants alone are left out by --no-privileges");
    add(
        with(needs.owners(), MEMBER),
        "whoever connects may not make these roles owners of anything: ",
        "connect as a superuser or a member of them, or restore with --no-owner");
  }

  private void ofExtensions(Needs needs) {
    add(
        without(needs.extensions(), EXTENSION),
        "the destination's server lacks the extension ",
        "install its package on that server");
    add(
        with(needs.extensions(), EXTENSION_OF_SUPERUSERS),
        "only a superuser may create the extension ",
        "connect as a superuser");
  }

  private void ofTablespaces(Needs needs) {
    add(
        without(needs.tablespaces(), TABLESPACE),
        "the destination has no tablespace ",
        "create it there, or restore with --no-tablespaces");
    add(
        with(needs.tablespaces(), CLOSED_TABLESPACE),
        "whoever connects may not create anything in the tablespace ",
        "GRANT CREATE ON TABLESPACE there, or restore with --no-tablespaces");
  }

  private void ofRights(Needs needs) {
    add(
        with(
            needs.publications(),
            "SELECT ? FROM pg_roles WHERE rolname = current_user AND NOT rolsuper"),
        "only a superuser may create a publication of all tables: ",
        "connect as a superuser");
  }

  private void ofLocks(Needs needs) {
    long room =
        there.one(
            "reading the settings",
            "SELECT current_setting('max_locks_per_transaction')::bigint"
                + " * (current_setting('max_connections')::bigint"
                + " + current_setting('max_prepared_transactions')::bigint)",
            row -> row.getLong(1));
    if (needs.locks() > room) {
      all.add(
          new Lack(
              "a restore in one transaction locks "
                  + needs.locks()
                  + " relations and large objects; the destination's lock table holds about "
                  + room,
              "restore with --replace or --disposable, which need no single transaction, or raise"
                  + " max_locks_per_transaction there"));
    }
  }

  private void add(List<String> names, String what, String next) {
    if (!names.isEmpty()) {
      all.add(new Lack(what + String.join(", ", names), next));
    }
  }

  private List<String> with(List<String> names, String query) {
    return names.stream().filter(name -> finds(name, query)).toList();
  }

  private List<String> without(List<String> names, String query) {
    return names.stream().filter(name -> !finds(name, query)).toList();
  }

  private boolean finds(String name, String query) {
    return !there
        .query("looking for what the database needs", query, row -> row.getString(1), name)
        .isEmpty();
  }
}
