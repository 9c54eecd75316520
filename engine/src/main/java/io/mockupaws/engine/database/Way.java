package io.mockupaws.engine.database;

import java.util.Locale;

/** What becomes of a database that is there already. */
public enum Way {
  /** It must hold no relations, and stays as it is but for what comes in. */
  EMPTY,
  /** It is kept under another name. */
  REPLACE,
  /** It is dropped first. */
  DISPOSABLE;

  /** As answers say it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
