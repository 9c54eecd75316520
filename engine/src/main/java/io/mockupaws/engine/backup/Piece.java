package io.mockupaws.engine.backup;

import static java.util.Objects.requireNonNull;

/**
 * A stretch of a file that is to be read.
 *
 * @param path relative to the data directory, or absolute
 * @param offset in bytes
 * @param length bytes, 0 to find out whether the file is there
 */
record Piece(String path, long offset, int length) {
  Piece {
    requireNonNull(path, "path is null");
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("no piece of a file: " + offset + "+" + length);
    }
  }
}
