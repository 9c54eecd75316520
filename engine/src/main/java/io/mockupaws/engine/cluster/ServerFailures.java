package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Says in operators' words what the server or the way to it refused, by SQLSTATE (PostgreSQL,
 * documentation, "PostgreSQL Error Codes").
 *
 * <p>Of the server's answer the message and the hint are repeated, never the statement: a statement
 * may hold a password.
 */
final class ServerFailures {
  static final String UNDEFINED_FILE = "58P01";
  static final String INSUFFICIENT_PRIVILEGE = "42501";

  private ServerFailures() {}

  /**
   * A connection that did not come about.
   *
   * @param purpose for example {@code for replication}, or empty
   */
  static Failure onConnect(ServerAddress address, SQLException error, String purpose) {
    String state = state(error);
    String where = address + (purpose.isEmpty() ? "" : " " + purpose);
    String said = said(error);
    if (said.contains("unsupported startup parameter") || said.contains("pgbouncer")) {
      return pooled(address, said);
    }
    if (said.contains("pg_hba.conf")) {
      return new Failure(
          ErrorCode.SERVER_LOGIN,
          "The server lets no connection in to " + where + ": " + said,
          "Add a line to the server's pg_hba.conf and reload it, for example: "
              + hbaLine(address, purpose.contains("replication")),
          error);
    }
    if (state.equals(INSUFFICIENT_PRIVILEGE)) {
      return new Failure(
          ErrorCode.SERVER_RIGHTS,
          "The server refuses " + where + ": " + said,
          purpose.contains("replication")
              ? "As an administrator: ALTER ROLE " + quoted(address.user()) + " REPLICATION;"
              : "As an administrator: GRANT CONNECT ON DATABASE "
                  + quoted(address.database())
                  + " TO "
                  + quoted(address.user())
                  + ";",
          error);
    }
    if (state.startsWith("28") || state.equals("3D000")) {
      return new Failure(
          ErrorCode.SERVER_LOGIN,
          "The server refuses the login to " + where + ": " + said,
          state.equals("3D000")
              ? "Give the address of a database that exists."
              : "Check user and password of the address; mockupaws init makes the role.",
          error);
    }
    return unreachable(where, said, error);
  }

  private static Failure unreachable(String where, String said, SQLException error) {
    String next =
        switch (state(error)) {
          case "53300" -> "Raise max_connections or end other connections.";
          case "57P03" -> "Try again when the server has started.";
          default ->
              "Check host and port, that the server runs and listens there, and the way to it.";
        };
    return new Failure(
        ErrorCode.SERVER_UNREACHABLE, "No connection to " + where + ": " + said, next, error);
  }

  /**
   * A statement that failed on a connection that stood.
   *
   * @param doing what was being done, for example {@code reading the settings}
   */
  static Failure onUse(ServerAddress address, SQLException error, String doing) {
    String state = state(error);
    String said = said(error);
    String what = "The server " + address + " failed at " + doing + ": " + said;
    if (state.equals(INSUFFICIENT_PRIVILEGE)) {
      return new Failure(
          ErrorCode.SERVER_RIGHTS, what, MissingRight.of(address.user(), said), error);
    }
    if (isConnectionLost(error)) {
      return new Failure(
          ErrorCode.SERVER_UNREACHABLE,
          "The connection to " + address + " was lost at " + doing + ": " + said,
          "Check that the server runs, and try again.",
          error);
    }
    if (state.equals("53100")) {
      return new Failure(ErrorCode.DISK_FULL, what, "Make room on the server's disk.", error);
    }
    return new Failure(
        ErrorCode.SERVER_SETTING, what, "See the server's log for what led to it.", error);
  }

  static Failure pooled(ServerAddress address, String sign) {
    return new Failure(
        ErrorCode.SERVER_POOLED,
        "There is a connection pooler at " + address + ": " + sign,
        "Give the direct address of the server, in BACKUP_DATABASE_URL.");
  }

  /**
   * Whether the connection is of no more use: class 08, or the server ended it (57P01 to 57P05).
   */
  static boolean isConnectionLost(SQLException error) {
    String state = state(error);
    return state.startsWith("08") || state.startsWith("57P") || state.equals("25P03");
  }

  /** The SQLSTATE; empty when the driver gave none. */
  static String state(SQLException error) {
    String state = error.getSQLState();
    return state == null ? "" : state;
  }

  private static String said(SQLException error) {
    if (error instanceof PSQLException pg) {
      ServerErrorMessage answer = pg.getServerErrorMessage();
      if (answer != null && answer.getMessage() != null) {
        String hint = answer.getHint();
        return answer.getMessage() + (hint == null ? "" : " (" + hint + ")");
      }
    }
    return Optional.ofNullable(error.getMessage()).orElse(error.getClass().getSimpleName()).strip();
  }

  private static String hbaLine(ServerAddress address, boolean replication) {
    boolean local = address.hosts().getFirst().isUnixSocket();
    return String.format(
        Locale.ROOT,
        "%s %s %s%s scram-sha-256",
        local ? "local" : "host",
        replication ? "replication" : quoted(address.database()),
        quoted(address.user()),
        local ? "" : " ADDRESS-OF-THIS-HOST/32");
  }

  private static String quoted(String name) {
    return Sql.identifier(name);
  }
}
