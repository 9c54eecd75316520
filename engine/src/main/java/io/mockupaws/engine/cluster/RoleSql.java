package io.mockupaws.engine.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * The SQL that makes a role which can back up and stream, and do nothing else.
 *
 * <p>EXECUTE on a function counts in one database only; the role's rights are therefore given in
 * the database of the address. {@code pg_read_server_files} lets a role read any file that the
 * server can read, and is asked for only where configuration lies outside the data directory: the
 * functions read below the data directory without it (PostgreSQL, {@code
 * src/backend/utils/adt/genfile.c}, {@code convert_and_check_filename}).
 */
final class RoleSql {
  /** What a backup calls and PostgreSQL 15 to 18 grant to nobody. */
  static final List<String> FUNCTIONS =
      List.of(
          "pg_backup_start(text, boolean)",
          "pg_backup_stop(boolean)",
          "pg_ls_dir(text, boolean, boolean)",
          "pg_stat_file(text, boolean)",
          "pg_read_binary_file(text, bigint, bigint, boolean)");

  private RoleSql() {}

  /**
   * The statements, each ending with a semicolon; running them again changes nothing. They set no
   * password.
   *
   * @param externalConfiguration whether the role must read files outside the data directory
   */
  static List<String> statements(String user, String database, boolean externalConfiguration) {
    String role = Sql.identifier(user);
    List<String> statements = new ArrayList<>();
    statements.add(
        "DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = "
            + Sql.literal(user)
            + ") THEN CREATE ROLE "
            + role
            + "; END IF; END $do$;");
    statements.add("ALTER ROLE " + role + " LOGIN REPLICATION;");
    statements.add("GRANT CONNECT ON DATABASE " + Sql.identifier(database) + " TO " + role + ";");
    statements.add("GRANT pg_read_all_settings TO " + role + ";");
    if (externalConfiguration) {
      statements.add("GRANT pg_read_server_files TO " + role + ";");
    }
    for (String function : FUNCTIONS) {
      statements.add(execute(function, role));
    }
    return statements;
  }

  static String execute(String function, String role) {
    return "GRANT EXECUTE ON FUNCTION pg_catalog." + function + " TO " + role + ";";
  }
}
