package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.ArrayList;
import java.util.List;

/**
 * What a role may not do yet, each as the statement that lets it.
 *
 * @param role the role's name
 * @param missing statements for an administrator, in the database of the address
 * @param readsServerFiles whether it may read files outside the data directory
 */
public record ServerRights(String role, List<String> missing, boolean readsServerFiles) {
  public ServerRights {
    missing = List.copyOf(missing);
  }

  /** Looks at the rights that a backup and a stream need. */
  public static ServerRights read(ServerSession session) {
    String role = Sql.identifier(session.address().user());
    List<String> missing = new ArrayList<>();
    boolean files =
        session.one(
            "looking at the role's rights",
            "SELECT rolsuper OR rolreplication, pg_has_role(oid, 'pg_read_all_settings', 'USAGE'),"
                + " pg_has_role(oid, 'pg_read_server_files', 'USAGE')"
                + " FROM pg_roles WHERE rolname = current_user",
            row -> {
              if (!row.getBoolean(1)) {
                missing.add("ALTER ROLE " + role + " REPLICATION;");
              }
              if (!row.getBoolean(2)) {
                missing.add("GRANT pg_read_all_settings TO " + role + ";");
              }
              return row.getBoolean(3);
            });
    session.query(
        "looking at the role's rights",
        "SELECT f, has_function_privilege('pg_catalog.' || f, 'EXECUTE') FROM unnest(?) f",
        row -> {
          if (!row.getBoolean(2)) {
            missing.add(RoleSql.execute(row.getString(1), role));
          }
          return true;
        },
        (Object) RoleSql.FUNCTIONS.toArray(String[]::new));
    return new ServerRights(session.address().user(), missing, files);
  }

  /** The statement that lets the role read files outside the data directory. */
  public String toReadServerFiles() {
    return "GRANT pg_read_server_files TO " + Sql.identifier(role) + ";";
  }

  /**
   * Ends here unless the role may do what a backup needs.
   *
   * @throws Failure SERVER_RIGHTS with every missing statement
   */
  public void demand(ServerSession session) {
    if (!missing.isEmpty()) {
      throw new Failure(
          ErrorCode.SERVER_RIGHTS,
          "the role " + role + " lacks rights to back up " + session.address(),
          "as an administrator, in this database: " + String.join(" ", missing));
    }
  }
}
