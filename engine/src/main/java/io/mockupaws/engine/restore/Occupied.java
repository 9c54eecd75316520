package io.mockupaws.engine.restore;

import java.util.Locale;

/** What becomes of a target that holds something. */
public enum Occupied {
  /** Nothing is touched: the restore is refused. */
  REFUSED,
  /** It holds a cluster with our system identifier: only what differs is written. */
  DELTA,
  /** Everything in it is removed. */
  FORCE,
  /** The directory is renamed, and stays. */
  IN_PLACE;

  /** As the command line says it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
