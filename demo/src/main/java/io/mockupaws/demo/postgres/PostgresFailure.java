package io.mockupaws.demo.postgres;

import org.jspecify.annotations.Nullable;

/** A server that could not be made, started, stopped or asked; the text says which and why. */
public final class PostgresFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PostgresFailure(String what) {
    this(what, null);
  }

  PostgresFailure(String what, @Nullable Throwable cause) {
    super(what, cause);
  }
}
