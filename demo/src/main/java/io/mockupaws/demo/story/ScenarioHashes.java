package io.mockupaws.demo.story;

import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A hash of each row of {@code scenarios}, all columns, taken by the server. */
record ScenarioHashes(Map<String, String> byId) {

  static ScenarioHashes of(ServerLogin login, String database) {
    Map<String, String> hashes = new HashMap<>();
    try (Sql sql = login.sql(database)) {
      for (List<String> row :
          sql.rows("SELECT s.id, hashtextextended(s::text, 0) FROM scenarios AS s")) {
        hashes.put(row.get(0), row.get(1));
      }
    }
    return new ScenarioHashes(hashes);
  }

  int size() {
    return byId.size();
  }

  /** How many of these rows the other has not, or has with another content. */
  long missingIn(ScenarioHashes other) {
    return byId.entrySet().stream()
        .filter(row -> !row.getValue().equals(other.byId.get(row.getKey())))
        .count();
  }
}
