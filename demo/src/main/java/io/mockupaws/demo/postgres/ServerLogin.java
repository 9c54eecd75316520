package io.mockupaws.demo.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Where a server listens on this host, and as whom to log in. */
public record ServerLogin(int port, String user, String password) {

  /** The only address our servers listen on. */
  public static final String HOST = "127.0.0.1";

  /** The same server for another role. */
  public ServerLogin as(String otherUser, String otherPassword) {
    return new ServerLogin(port, otherUser, otherPassword);
  }

  /** The same login at another port: a restored server. */
  public ServerLogin at(int otherPort) {
    return new ServerLogin(otherPort, user, password);
  }

  /** As {@code DATABASE_URL} has it, password included. */
  public String url(String database) {
    return "postgresql://%s:%s@%s:%d/%s"
        .formatted(encode(user), encode(password), HOST, port, encode(database));
  }

  /** As JDBC has it, without user and password. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://" + HOST + ":" + port + "/" + encode(database);
  }

  /** Opens a connection of its own, which the caller closes. */
  public Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("ApplicationName", "mockupaws-demo");
    return DriverManager.getConnection(jdbcUrl(database), properties);
  }

  /** A short-lived helper for statements in that database. */
  public Sql sql(String database) {
    return Sql.open(this, database);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return user + "@" + HOST + ":" + port;
  }
}
