package io.mockupaws.engine.database;

import io.mockupaws.engine.cluster.ServerSession;
import java.util.List;

/** A session that answers queries with lines of text: one column, no line breaks in it. */
interface Asking {
  List<String> ask(String query);

  /** Sets what an answer's text depends on. */
  default void prepare() {
    for (String setting : Fingerprint.SETTINGS) {
      ask("SELECT set_config(" + setting + ", false)");
    }
  }

  static Asking of(ServerSession session) {
    return query -> session.query("comparing the databases", query, row -> row.getString(1));
  }
}
