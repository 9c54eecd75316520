package io.mockupaws.engine.database;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a database holds, made comparable between a database and its copy on another server: for
 * each table the number of rows and the sum of their hashes, for everything else one line of the
 * catalogue. No line has an object id, nor an expression: PostgreSQL prints some expressions
 * otherwise once they were read back.
 *
 * @param tables compared row by row
 * @param rows of them
 * @param lines all facts
 */
record Fingerprint(long tables, long rows, List<String> lines) {
  /** What the text of values depends on, as arguments of {@code set_config}. */
  static final List<String> SETTINGS =
      List.of(
          "'search_path', 'pg_catalog'",
          "'datestyle', 'ISO, MDY'",
          "'intervalstyle', 'postgres'",
          "'timezone', 'UTC'",
          "'extra_float_digits', '1'",
          "'bytea_output', 'hex'",
          "'xmlbinary', 'base64'",
          "'lc_monetary', 'C'",
          "'quote_all_identifiers', 'off'",
          // rows that a policy hides are an error, not a difference
          "'row_security', 'off'");

  Fingerprint {
    lines = List.copyOf(lines);
  }

  /**
   * Takes it.
   *
   * @param tables those of the source: a copy is asked for the same ones
   * @param told called with the number of tables done
   */
  static Fingerprint of(
      Asking session,
      List<Table> tables,
      Omissions omissions,
      Consumer<Long> told,
      BooleanSupplier cancelled) {
    session.prepare();
    List<String> lines = new ArrayList<>();
    long rows = 0;
    long done = 0;
    for (Table table : tables) {
      if (cancelled.getAsBoolean()) {
        break;
      }
      String answer = session.ask(table.query()).getFirst();
      rows += Long.parseLong(answer.substring(0, answer.indexOf(' ')));
      lines.add("rows of " + table.name() + ": " + answer);
      told.accept(++done);
    }
    for (String query : CatalogueQueries.all(omissions)) {
      lines.addAll(session.ask(query));
    }
    return new Fingerprint(tables.size(), rows, lines);
  }

  /**
   * A table.
   *
   * @param name quoted, with its schema
   * @param columns quoted, behind the alias {@code x}; their order may be another in a copy, where
   *     some were inherited
   */
  record Table(String name, String columns) {
    String query() {
      return "SELECT count(*)::text || ' ' || coalesce(sum(hashtextextended(ROW("
          + columns
          + ")::text COLLATE \"C\", 0)::numeric), 0)::text FROM ONLY "
          + name
          + " AS x";
    }
  }

  /** What is here and not in the copy. */
  List<String> missingIn(Fingerprint copy) {
    List<String> missing = new ArrayList<>(lines);
    missing.removeAll(new java.util.HashSet<>(copy.lines));
    return missing;
  }
}
