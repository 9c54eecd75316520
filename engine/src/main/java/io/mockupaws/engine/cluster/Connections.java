package io.mockupaws.engine.cluster;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Consumer;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/** Opens pgjdbc's connections, without the driver manager and its global state. */
final class Connections {
  /** With nothing behind the slashes everything is taken from the properties. */
  private static final String URL = "jdbc:postgresql://";

  private Connections() {}

  static Connection open(ServerAddress address, Consumer<Properties> more) throws SQLException {
    Properties properties = address.driverProperties();
    more.accept(properties);
    if (address.hosts().getFirst().isUnixSocket()) {
      PGProperty.PG_HOST.set(properties, "localhost"); // the socket factory knows the way
    }
    Connection connection = new Driver().connect(URL, properties);
    if (connection == null) {
      throw new SQLException("the driver does not accept " + URL);
    }
    return connection;
  }

  static PGConnection pg(Connection connection) {
    try {
      return connection.unwrap(PGConnection.class);
    } catch (SQLException e) {
      throw new IllegalStateException("not a connection of pgjdbc", e);
    }
  }
}
