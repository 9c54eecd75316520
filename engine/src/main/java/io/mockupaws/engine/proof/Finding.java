package io.mockupaws.engine.proof;

/**
 * Something that is not as it must be, or that could not be looked at.
 *
 * @param subject a relation, a constraint or a file, as an operator names it
 */
public record Finding(Kind kind, String subject, State state, String what) {
  /** What was looked at. */
  public enum Kind {
    /** What the server knows of pages whose checksum failed. */
    CHECKSUMS,
    TABLE,
    INDEX,
    CONSTRAINT,
    /** A question of the operator's. */
    CHECK
  }

  /** How bad it is. */
  public enum State {
    DAMAGED,
    /** Nothing is proven about it. */
    UNPROVEN
  }
}
