package io.mockupaws.engine.backup;

import java.util.ArrayList;
import java.util.List;

/**
 * The stretches of a file that have to be read because an earlier backup does not have them.
 *
 * @param baseFile the file's number in that backup
 * @param stretches ascending, apart from each other; empty when nothing changed
 */
record Parts(int baseFile, List<Stretch> stretches) {

  /** Bytes of a file. */
  record Stretch(long offset, long length) {
    long end() {
      return offset + length;
    }
  }

  Parts {
    stretches = List.copyOf(stretches);
  }

  long bytes() {
    return stretches.stream().mapToLong(Stretch::length).sum();
  }

  /** Takes blocks of a file in order and joins those that touch. */
  static final class Builder {
    private final List<Stretch> stretches = new ArrayList<>();

    void add(long offset, long length) {
      if (!stretches.isEmpty() && stretches.getLast().end() >= offset) {
        Stretch last = stretches.removeLast();
        long end = Math.max(last.end(), offset + length);
        stretches.add(new Stretch(last.offset(), end - last.offset()));
      } else {
        stretches.add(new Stretch(offset, length));
      }
    }

    Parts of(int baseFile) {
      return new Parts(baseFile, stretches);
    }
  }
}
