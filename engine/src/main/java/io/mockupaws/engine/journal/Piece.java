package io.mockupaws.engine.journal;

import java.util.Optional;

/** Bytes of a growing segment in one object: offsets from {@code from} to before {@code to}. */
record Piece(int from, int to) {
  Piece {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException("no piece: " + from + "-" + to);
    }
  }

  /** Reads the last part of a piece's key; empty for anything else. */
  static Optional<Piece> parse(String fileName) {
    if (fileName.length() != 17 || fileName.charAt(8) != '-') {
      return Optional.empty();
    }
    try {
      int from = Integer.parseInt(fileName, 0, 8, 16);
      int to = Integer.parseInt(fileName, 9, 17, 16);
      return from >= 0 && to > from ? Optional.of(new Piece(from, to)) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  int length() {
    return to - from;
  }

  /** Whether every byte of {@code other} is in this one too. */
  boolean covers(Piece other) {
    return from <= other.from && to >= other.to;
  }
}
