package io.mockupaws.core.format;

import java.util.Arrays;
import java.util.Optional;

/** What a sealed object holds; stands in its header, so that one can never pass for another. */
public enum ObjectKind {
  PACK(1),
  MANIFEST(2),
  SEGMENT(3),
  TAIL(4),
  RECORD(5);

  private final int number;

  ObjectKind(int number) {
    this.number = number;
  }

  /** The kind that a header's byte names. */
  public static Optional<ObjectKind> of(int number) {
    return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
  }

  /** The byte in the header. */
  int number() {
    return number;
  }
}
