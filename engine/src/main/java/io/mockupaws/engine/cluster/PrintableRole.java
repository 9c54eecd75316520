package io.mockupaws.engine.cluster;

import java.util.ArrayList;
import java.util.List;

/** The role's SQL as an administrator reads it before running it. */
final class PrintableRole {
  private PrintableRole() {}

  static String sql(String user, String database) {
    String role = Sql.identifier(user);
    List<String> lines = new ArrayList<>();
    lines.add("-- Run as a superuser, in psql. Running it again changes nothing.");
    lines.add("\\connect " + Sql.identifier(database));
    for (String statement : RoleSql.statements(user, database, /* externalConfiguration= */ true)) {
      if (statement.contains("pg_read_server_files")) {
        lines.add(
            "-- Only where configuration lies outside the data directory (Debian); without it"
                + " backups lack it and say so:");
      }
      lines.add(statement);
    }
    lines.add("-- A new role needs a password:");
    lines.add("\\password " + role);
    lines.add("-- And pg_hba.conf needs lines for both sorts of connection, then a reload:");
    lines.add("--   host " + Sql.identifier(database) + " " + role + " ADDRESS/32 scram-sha-256");
    lines.add("--   host replication " + role + " ADDRESS/32 scram-sha-256");
    return String.join("\n", lines) + "\n";
  }
}
