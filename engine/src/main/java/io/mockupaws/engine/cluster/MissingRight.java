package io.mockupaws.engine.cluster;

/** Names the GRANT that a refusal of the server asks for. */
final class MissingRight {
  private MissingRight() {}

  /**
   * The next step for a refusal. The message may be in any language, so that only names count.
   *
   * @param user the role that lacks the right
   * @param said the server's message
   */
  static String of(String user, String said) {
    String role = Sql.identifier(user);
    for (String function : RoleSql.FUNCTIONS) {
      if (said.contains(function.substring(0, function.indexOf('(')))) {
        return "as an administrator, in this database: " + RoleSql.execute(function, role);
      }
    }
    if (said.contains("pg_read_server_files")) {
      return "as an administrator: GRANT pg_read_server_files TO " + role + ";";
    }
    if (said.contains("pg_read_all_settings")) {
      return "as an administrator: GRANT pg_read_all_settings TO " + role + ";";
    }
    if (said.contains("REPLICATION")) {
      return "as an administrator: ALTER ROLE " + role + " REPLICATION;";
    }
    return "give the role its rights: mockupaws init --print-sql shows them";
  }
}
