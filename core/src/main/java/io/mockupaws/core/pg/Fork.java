package io.mockupaws.core.pg;

import java.util.Optional;

/** The files of a relation ({@code ForkNumber}, src/include/common/relpath.h), in its order. */
public enum Fork {
  MAIN(""),
  FREE_SPACE("_fsm"),
  VISIBILITY("_vm"),
  INIT("_init");

  private final String suffix;

  Fork(String suffix) {
    this.suffix = suffix;
  }

  /** The fork with PostgreSQL's number; empty for another number. */
  public static Optional<Fork> of(int number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[number])
        : Optional.empty();
  }

  /** What a file name has behind the relation's number: nothing, or {@code _fsm} and so on. */
  public String suffix() {
    return suffix;
  }
}
