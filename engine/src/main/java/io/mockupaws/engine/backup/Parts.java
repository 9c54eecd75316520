package io.mockupaws.engine.backup;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a file that have to be read because an earlier backup does not have them.
 *
 * @param baseFile the file's number in that backup
 * @param all ascending, apart from each other; empty when nothing changed
 */
record Parts(int baseFile, List<Part> all) {

  /** Bytes of a file. */
  record Part(long offset, long length) {
    long end() {
      return offset + length;
    }
  }

  Parts {
    all = List.copyOf(all);
  }

  long bytes() {
    return all.stream().mapToLong(Part::length).sum();
  }

  /** Takes blocks of a file in order and joins those that touch. */
  static final class Builder {
    private final List<Part> parts = new ArrayList<>();

    void add(long offset, long length) {
      if (!parts.isEmpty() && parts.getLast().end() >= offset) {
        Part last = parts.removeLast();
        long end = Math.max(last.end(), offset + length);
        parts.add(new Part(last.offset(), end - last.offset()));
      } else {
        parts.add(new Part(offset, length));
      }
    }

    Parts of(int baseFile) {
      return new Parts(baseFile, parts);
    }
  }
}
