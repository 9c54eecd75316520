package io.mockupaws.engine.replication;

/** How closely stores are compared. */
public enum ComparisonDepth {
  /** Keys and sizes, and the beginnings of the newest objects: where two were made apart. */
  LISTED,
  /** Every byte of every copy. */
  READ
}
