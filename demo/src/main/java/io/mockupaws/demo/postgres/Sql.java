package io.mockupaws.demo.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Statements over one connection in auto-commit, for what {@code psql} would be used for. */
public final class Sql implements AutoCloseable {

  private final Connection connection;

  private Sql(Connection connection) {
    this.connection = connection;
  }

  static Sql open(ServerLogin login, String database) {
    try {
      return new Sql(login.connect(database));
    } catch (SQLException e) {
      throw new PostgresFailure("cannot connect as " + login + ": " + e.getMessage(), e);
    }
  }

  /** Runs each of them, one after the other. */
  public Sql run(String... statements) {
    for (String text : statements) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(text);
      } catch (SQLException e) {
        throw failed(text, e);
      }
    }
    return this;
  }

  /** All rows as the server prints them; SQL's null is the text {@code NULL}. */
  public List<List<String>> rows(String query) {
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(query)) {
      List<List<String>> rows = new ArrayList<>();
      int columns = results.getMetaData().getColumnCount();
      while (results.next()) {
        List<String> row = new ArrayList<>(columns);
        for (int i = 1; i <= columns; i++) {
          String value = results.getString(i);
          row.add(value == null ? "NULL" : value);
        }
        rows.add(List.copyOf(row));
      }
      return rows;
    } catch (SQLException e) {
      throw failed(query, e);
    }
  }

  /** The first column of all rows. */
  public List<String> column(String query) {
    return rows(query).stream().map(List::getFirst).toList();
  }

  /** The one value of the one row. */
  public String value(String query) {
    List<List<String>> rows = rows(query);
    if (rows.size() != 1) {
      throw new PostgresFailure(rows.size() + " rows instead of one: " + query);
    }
    return rows.getFirst().getFirst();
  }

  /** The one value as a number. */
  public long number(String query) {
    return Long.parseLong(value(query));
  }

  /** The connection itself. */
  public Connection connection() {
    return connection;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new PostgresFailure("cannot close a connection: " + e.getMessage(), e);
    }
  }

  private static PostgresFailure failed(String text, SQLException e) {
    return new PostgresFailure(e.getMessage() + " in: " + text, e);
  }
}
