package io.mockupaws.engine.cluster;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/**
 * A physical replication connection: what {@code pg_hba.conf} lets in by the word {@code
 * replication}. Used by one thread at a time.
 *
 * <p>{@link #pg()} is for {@code START_REPLICATION}: {@code getReplicationAPI()} with automatic
 * flushing off, or {@code getCopyAPI().copyDual(…)} with a {@code TIMELINE}.
 */
public final class ReplicationConnection implements AutoCloseable {
  private final ServerAddress address;
  private final Connection connection;

  private ReplicationConnection(ServerAddress address, Connection connection) {
    this.address = address;
    this.connection = connection;
  }

  /**
   * Connects.
   *
   * @throws io.mockupaws.core.failure.Failure SERVER_UNREACHABLE, SERVER_LOGIN (also when no line
   *     of {@code pg_hba.conf} lets replication in), SERVER_RIGHTS (the role lacks REPLICATION),
   *     SERVER_POOLED
   */
  public static ReplicationConnection open(ServerAddress address) {
    return open(address, Duration.ZERO);
  }

  /**
   * As above, and the connection ends when the server leaves anything unanswered for so long.
   *
   * @param answer whole seconds; zero: waits for ever
   */
  public static ReplicationConnection open(ServerAddress address, Duration answer) {
    try {
      Connection connection =
          Connections.open(
              address,
              properties -> {
                PGProperty.REPLICATION.set(properties, "true");
                PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "15");
                PGProperty.SOCKET_TIMEOUT.set(properties, Math.toIntExact(answer.toSeconds()));
                PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
              });
      return new ReplicationConnection(address, connection);
    } catch (SQLException e) {
      throw ServerFailures.onConnect(address, e, /* replication= */ true);
    }
  }

  /** The driver's connection. */
  public PGConnection pg() {
    return Connections.pg(connection);
  }

  /** Who the server is and where it stands. */
  public SystemIdentity identify() {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return new SystemIdentity(
          Long.parseUnsignedLong(row.getString("systemid")),
          new Timeline((int) row.getLong("timeline")),
          Lsn.parse(row.getString("xlogpos")));
    } catch (SQLException e) {
      throw ServerFailures.onUse(address, e, "asking for its identity (IDENTIFY_SYSTEM)");
    }
  }

  /**
   * The content of a timeline's history file as the server has it; empty for timeline 1, which has
   * none, and where the server does not have the file.
   */
  public Optional<byte[]> timelineHistory(Timeline timeline) {
    if (timeline.id() == 1) {
      return Optional.empty();
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
      if (!row.next()) {
        return Optional.empty();
      }
      return Optional.ofNullable(row.getBytes("content"));
    } catch (SQLException e) {
      if (ServerFailures.UNDEFINED_FILE.equals(e.getSQLState())) {
        return Optional.empty();
      }
      throw ServerFailures.onUse(address, e, "reading the history of timeline " + timeline);
    }
  }

  /** Whether it can still be used; costs a round trip of at most {@code seconds}. */
  public boolean isAlive(int seconds) {
    try {
      return !connection.isClosed() && connection.isValid(seconds);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Waits without a limit from now on: what streams comes when there is something. */
  public void waitForEver() {
    try {
      connection.setNetworkTimeout(Runnable::run, 0);
    } catch (SQLException e) {
      throw ServerFailures.onUse(address, e, "beginning to stream");
    }
  }

  /** Cuts the connection off from another thread, to end a stream that hangs. */
  public void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is gone, which is what was wanted.
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone, which is what was wanted.
    }
  }
}
