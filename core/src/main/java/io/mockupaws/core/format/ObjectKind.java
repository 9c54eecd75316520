package io.mockupaws.core.format;

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

  /** The byte in the header. */
  int number() {
    return number;
  }
}
