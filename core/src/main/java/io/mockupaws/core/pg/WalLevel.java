package io.mockupaws.core.pg;

import java.util.Optional;

/** How much the server writes into the WAL ({@code WalLevel}, src/include/access/xlog.h). */
public enum WalLevel {
  MINIMAL,
  REPLICA,
  LOGICAL;

  /** The level with PostgreSQL's number; empty for another number. */
  public static Optional<WalLevel> of(int number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[number])
        : Optional.empty();
  }
}
