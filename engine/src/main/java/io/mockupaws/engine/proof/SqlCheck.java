package io.mockupaws.engine.proof;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.proof.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A question of the operator's: one query. It is answered well by no row at all, or by one row that
 * is true; every other row is something wrong.
 */
record SqlCheck(String name, String sql) {
  private static final int SHOWN = 3;
  private static final int SHOWN_LENGTH = 200;

  /** Those of a folder, by name. */
  static List<SqlCheck> in(Optional<Path> folder) {
    if (folder.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.get())) {
      List<SqlCheck> checks = new ArrayList<>();
      for (Path file : files.filter(path -> path.toString().endsWith(".sql")).sorted().toList()) {
        checks.add(new SqlCheck(String.valueOf(file.getFileName()), Files.readString(file)));
      }
      if (checks.isEmpty()) {
        throw new Failure(
            ErrorCode.USAGE,
            "the folder " + folder.get() + " has no file of the name *.sql",
            "put a query into each, or leave --checks out");
      }
      return checks;
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "reading the checks in "
              + folder.get()
              + " failed: "
              + e.getClass().getSimpleName()
              + ": "
              + e.getMessage(),
          "look at that folder and its files: each is text in UTF-8",
          e);
    }
  }

  void look(ServerSession session, DataProof proof) {
    proof.ask(Kind.CHECK, name, () -> wrong(session));
  }

  private List<String> wrong(ServerSession session) {
    // the session's own path names nothing of the operator's
    session.run("preparing a check", "SET search_path TO \"$user\", public");
    try {
      List<Row> rows = session.query("asking " + name, sql.replace("?", "??"), SqlCheck::row);
      boolean good = rows.size() == 1 && rows.getFirst().isTrue();
      List<String> wrong = new ArrayList<>();
      rows.stream().filter(_ -> !good).limit(SHOWN).forEach(row -> wrong.add(row.text()));
      if (!good && rows.size() > SHOWN) {
        wrong.add((rows.size() - SHOWN) + " more");
      }
      return wrong;
    } finally {
      session.run("preparing the session", "SET search_path TO pg_catalog");
    }
  }

  private record Row(boolean isTrue, String text) {}

  private static Row row(ResultSet row) throws SQLException {
    int columns = row.getMetaData().getColumnCount();
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= columns; i++) {
      values.add(String.valueOf(row.getString(i)));
    }
    String text = String.join(", ", values);
    return new Row(
        columns == 1 && values.getFirst().equals("t"),
        text.length() > SHOWN_LENGTH ? text.substring(0, SHOWN_LENGTH) + "..." : text);
  }
}
