package io.mockupaws.engine.cluster;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Makes a value of the row a result stands at. */
@FunctionalInterface
public interface RowReader<T> {
  T read(ResultSet row) throws SQLException;
}
