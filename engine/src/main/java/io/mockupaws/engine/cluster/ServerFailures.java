package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Says in operators' words what the server or the way to it refused, by SQLSTATE (PostgreSQL,
 * documentation, "PostgreSQL Error Codes"): its messages may be in any language.
 *
 * <p>Of the server's answer the message and the hint are repeated, never the statement: a statement
 * may hold a password.
 */
final class ServerFailures {
  static final String UNDEFINED_FILE = "58P01";
  static final String INSUFFICIENT_PRIVILEGE = "42501";

  private static final String PREREQUISITE = "55000";
  private static final String NO_DATABASE = "3D000";
  private static final String TOO_MANY = "53300";
  private static final String STARTING = "57P03";
  private static final String DISK_FULL = "53100";

  /** The driver's own: no password at hand, no TLS on the other side. */
  private static final String REJECTED = "08004";

  private ServerFailures() {}

  /**
   * A connection that did not come about.
   *
   * @param replication whether it was to be a replication connection
   */
  static Failure onConnect(ServerAddress address, SQLException error, boolean replication) {
    String state = state(error);
    String where = address + (replication ? " for replication" : "");
    String said = said(error);
    if (said.contains("unsupported startup parameter") || said.contains("pgbouncer")) {
      return pooled(address, said);
    }
    if (said.contains("pg_hba.conf")) {
      return new Failure(
          ErrorCode.SERVER_LOGIN,
          "the server lets no connection in to " + where + ": " + said,
          "add a line to its pg_hba.conf and reload it: " + HbaLine.allowing(address, replication),
          error);
    }
    if (state.equals(INSUFFICIENT_PRIVILEGE)) {
      return new Failure(
          ErrorCode.SERVER_RIGHTS,
          "the server refuses " + where + ": " + said,
          "as an administrator: " + rightToConnect(address, replication),
          error);
    }
    if (state.equals(NO_DATABASE)) {
      return new Failure(
          ErrorCode.SERVER_LOGIN,
          "the server refuses " + where + ": " + said,
          "give the address of a database that exists",
          error);
    }
    if (state.startsWith("28") || (state.equals(REJECTED) && !said.contains("SSL"))) {
      return new Failure(
          ErrorCode.SERVER_LOGIN,
          "the server refuses the login to " + where + ": " + said,
          "check user and password of the address; mockupaws init makes the role",
          error);
    }
    return new Failure(
        ErrorCode.SERVER_UNREACHABLE,
        "no connection to " + where + ": " + said,
        switch (state) {
          case TOO_MANY -> "raise max_connections, or end other connections";
          case STARTING -> "try again when the server has started";
          case REJECTED -> "check sslmode of the address";
          default ->
              "check host and port, that the server runs and listens there, and the way to it";
        },
        error);
  }

  /**
   * A statement that failed on a connection that stood.
   *
   * @param doing what was being done, for example {@code reading the settings}
   */
  static Failure onUse(ServerAddress address, SQLException error, String doing) {
    String state = state(error);
    String said = said(error);
    if (isConnectionLost(error)) {
      return new Failure(
          ErrorCode.SERVER_UNREACHABLE,
          "the connection to " + address + " was lost when " + doing + ": " + said,
          "check that the server runs, and try again",
          error);
    }
    String what = "the server " + address + " failed when " + doing + ": " + said;
    return switch (state) {
      case INSUFFICIENT_PRIVILEGE ->
          new Failure(ErrorCode.SERVER_RIGHTS, what, MissingRight.of(address.user(), said), error);
      case DISK_FULL ->
          new Failure(ErrorCode.DISK_FULL, what, "make room on the server's disk", error);
      case PREREQUISITE ->
          new Failure(
              ErrorCode.SERVER_SETTING, what, "see what it asks for, then try again", error);
      default ->
          new Failure(
              ErrorCode.SERVER_ERROR, what, "see the server's log for what led to it", error);
    };
  }

  static Failure pooled(ServerAddress address, String sign) {
    return new Failure(
        ErrorCode.SERVER_POOLED,
        "there is a connection pooler at " + address + ": " + sign,
        "give the server's direct address, in BACKUP_DATABASE_URL");
  }

  /**
   * Whether the connection is of no more use: class 08, or the server ended it (57P01 to 57P05).
   */
  static boolean isConnectionLost(SQLException error) {
    String state = state(error);
    return state.startsWith("08") || state.startsWith("57P") || state.equals("25P03");
  }

  /** Whether a server itself said it, and not the driver or the network. */
  static boolean isOfServer(@Nullable Throwable error) {
    return error != null
        && Stream.concat(Stream.of(error), Arrays.stream(error.getSuppressed()))
            .anyMatch(one -> one instanceof PSQLException pg && pg.getServerErrorMessage() != null);
  }

  /** The SQLSTATE; empty when the driver gave none. */
  static String state(SQLException error) {
    return Optional.ofNullable(error.getSQLState()).orElse("");
  }

  /** What was said; of several hosts, by each. */
  private static String said(SQLException error) {
    return Stream.concat(Stream.of(error), Arrays.stream(error.getSuppressed()))
        .map(ServerFailures::saidOnce)
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private static String saidOnce(Throwable error) {
    if (error instanceof PSQLException pg) {
      ServerErrorMessage answer = pg.getServerErrorMessage();
      if (answer != null && answer.getMessage() != null) {
        String hint = answer.getHint();
        return answer.getMessage() + (hint == null ? "" : " (" + hint + ")");
      }
    }
    return Optional.ofNullable(error.getMessage()).orElse(error.getClass().getSimpleName()).strip();
  }

  private static String rightToConnect(ServerAddress address, boolean replication) {
    String role = Sql.identifier(address.user());
    return replication
        ? "ALTER ROLE " + role + " REPLICATION;"
        : "GRANT CONNECT ON DATABASE " + Sql.identifier(address.database()) + " TO " + role + ";";
  }
}
