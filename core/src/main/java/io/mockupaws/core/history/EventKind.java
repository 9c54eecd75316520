package io.mockupaws.core.history;

import java.util.Locale;
import java.util.Optional;

/** What can happen to a relation, a schema or a database. */
public enum EventKind {
  /** DROP of a table, view, materialized view, foreign table or sequence. */
  DROPPED(true),
  /** TRUNCATE, whatever the table holds afterwards. */
  TRUNCATED(true),
  /** ALTER TABLE that wrote all rows anew, with other columns or types. */
  ALTERED(true),
  /** ALTER TABLE DROP COLUMN. */
  COLUMN_DROPPED(true),
  /** DROP SCHEMA. */
  SCHEMA_DROPPED(true),
  /** DROP DATABASE. */
  DATABASE_DROPPED(true),
  /** A transaction that deleted many rows. */
  DELETED(true),
  /** A transaction that updated many rows. */
  UPDATED(true),
  /** The same content in another file: VACUUM FULL, CLUSTER, REFRESH, SET TABLESPACE. */
  REWRITTEN(false),
  /** CREATE of what DROPPED drops. */
  CREATED(false),
  /** A file went with a transaction, and what was done to its relation cannot be told. */
  FILE_REMOVED(true);

  private final boolean loss;

  EventKind(boolean loss) {
    this.loss = loss;
  }

  /** Whether something that was there is gone, or has other values. */
  public boolean isLoss() {
    return loss;
  }

  /** As operators read and write it: {@code column-dropped}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The kind of a word. */
  public static Optional<EventKind> of(String word) {
    for (EventKind kind : values()) {
      if (kind.word().equals(word)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
