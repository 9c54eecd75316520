package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.HostSpec;

/**
 * One SQL connection that no timeout of the server ends, straight to the server. Used by one thread
 * at a time, but for {@link #abort()}.
 */
public final class ServerSession implements AutoCloseable {
  /** Behind a pooler the session is another client's next: until this is answered it stays. */
  private static final String WHO = "SELECT pg_catalog.pg_backend_pid()";

  /**
   * Before all else that is asked, so that nobody's function or operator stands in for one of the
   * system's.
   */
  private static final String CATALOG_ONLY = "SET search_path TO pg_catalog";

  /**
   * What could end a session that is held over hours; {@code transaction_timeout} exists from 17
   * on, and only settings that exist are touched.
   */
  private static final String PREPARE =
      "SELECT set_config('standard_conforming_strings', 'on', false),"
          + " (SELECT count(set_config(name, '0', false)) FROM pg_settings"
          + " WHERE name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout',"
          + " 'idle_session_timeout', 'idle_in_transaction_session_timeout'))";

  private final ServerAddress address;
  private final Connection connection;

  private ServerSession(ServerAddress address, Connection connection) {
    this.address = address;
    this.connection = connection;
  }

  /**
   * Connects to the first of the address's servers that can be reached.
   *
   * @throws Failure SERVER_UNREACHABLE, SERVER_LOGIN, SERVER_RIGHTS, SERVER_POOLED
   */
  public static ServerSession open(ServerAddress address) {
    return open(address, Duration.ZERO);
  }

  /**
   * As above, and the session ends when the server leaves anything unanswered for so long.
   *
   * @param answer whole seconds; zero: waits for ever
   */
  public static ServerSession open(ServerAddress address, Duration answer) {
    try {
      Connection connection =
          Connections.open(
              address,
              properties -> {
                // Every statement is used once or a few times: a prepared one would only cost a
                // round trip.
                PGProperty.PREPARE_THRESHOLD.set(properties, 0);
                PGProperty.SOCKET_TIMEOUT.set(properties, Math.toIntExact(answer.toSeconds()));
              });
      return prepared(address, connection);
    } catch (SQLException e) {
      throw ServerFailures.onConnect(address, e, /* replication= */ false);
    }
  }

  private static ServerSession prepared(ServerAddress address, Connection connection)
      throws SQLException {
    HostSpec host = connection.unwrap(BaseConnection.class).getQueryExecutor().getHostSpec();
    ServerAddress pinned =
        address.hosts().size() == 1
            ? address
            : address.withOnlyHost(new HostPort(host.getHost(), host.getPort()));
    ServerSession session = new ServerSession(pinned, connection);
    try {
      int backend = session.one("asking who answers", WHO, row -> row.getInt(1));
      if (backend != session.pg().getBackendPID()) {
        throw ServerFailures.pooled(
            address, "it answers for process " + backend + " under another process number");
      }
      session.run("preparing the session", CATALOG_ONLY);
      session.run("preparing the session", PREPARE);
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Where it is connected to; of several hosts only that one. */
  public ServerAddress address() {
    return address;
  }

  /** The driver's connection, for {@code COPY}. */
  public PGConnection pg() {
    return Connections.pg(connection);
  }

  /**
   * Runs a query and reads all its rows.
   *
   * @param doing what it is for, for messages, for example {@code reading the settings}
   */
  public <T> List<T> query(String doing, String sql, RowReader<T> reader, Object... parameters) {
    List<T> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(reader.read(result));
        }
      }
      return rows;
    } catch (SQLException e) {
      throw failure(e, doing);
    }
  }

  /** As {@link #query}, for a query that gives exactly one row. */
  public <T> T one(String doing, String sql, RowReader<T> reader, Object... parameters) {
    List<T> rows = query(doing, sql, reader, parameters);
    if (rows.size() != 1) {
      throw new Failure(
          ErrorCode.INTERNAL,
          rows.size() + " rows instead of one when " + doing,
          "report this as a defect");
    }
    return rows.getFirst();
  }

  /** Runs a query and visits its rows, of which at most {@code batch} are in memory at once. */
  public <T> void stream(
      String doing, String sql, int batch, RowReader<T> reader, Consumer<T> visitor) {
    try {
      // The driver reads in batches only inside a transaction.
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setFetchSize(batch);
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            visitor.accept(reader.read(result));
          }
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw failure(e, doing);
    }
  }

  /** Runs a statement that gives no rows. */
  public void run(String doing, String sql) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    } catch (SQLException e) {
      throw failure(e, doing);
    }
  }

  /** What an exception of {@link #pg()} means to an operator. */
  public Failure failure(SQLException error, String doing) {
    return ServerFailures.onUse(address, error, doing);
  }

  /** Cuts the connection off from another thread: what it was doing fails, and so does the rest. */
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

  private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
  }
}
