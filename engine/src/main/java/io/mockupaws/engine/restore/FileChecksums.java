package io.mockupaws.engine.restore;

import io.mockupaws.core.format.Crc32cMath;
import io.mockupaws.core.format.PieceChecksum;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checksums of files while they are written. Only files that are begun and not whole take memory; a
 * whole one leaves nothing when its checksum is right.
 */
final class FileChecksums {
  private final FileTable files;
  private final ConcurrentHashMap<Integer, PieceChecksum> begun = new ConcurrentHashMap<>();

  /** Bytes that are still to come of files whose checksum is not known. */
  private final ConcurrentHashMap<Integer, Long> missing = new ConcurrentHashMap<>();

  FileChecksums(FileTable files) {
    this.files = files;
  }

  /** Notes a piece that is about to be written; the buffer is left as it was. */
  void note(int file, long offset, ByteBuffer bytes) {
    if (files.fate(file) != FileTable.Fate.WRITTEN) {
      return;
    }
    int length = bytes.remaining();
    OptionalInt wanted = files.crc32c(file);
    if (wanted.isEmpty()) {
      count(file, length);
      return;
    }
    int crc = Crc32cMath.of(bytes);
    if (offset == 0 && length == files.size(file) && crc == wanted.getAsInt()) {
      return;
    }
    PieceChecksum pieces = begun.computeIfAbsent(file, _ -> new PieceChecksum());
    pieces.add(offset, length, crc);
    if (pieces.covers(files.size(file)) && pieces.value() == wanted.getAsInt()) {
      begun.remove(file);
    }
  }

  /** Runs do not overlap: a file is whole when so many bytes of it were written. */
  private void count(int file, int length) {
    long left = missing.merge(file, files.size(file) - length, (before, _) -> before - length);
    if (left == 0) {
      missing.remove(file);
    }
  }

  /**
   * What is wrong with a file once everything was written: its checksum, or empty in the optional
   * when bytes are missing; nothing at all when it is right.
   */
  Optional<OptionalInt> wrong(int file) {
    if (missing.containsKey(file)) {
      return Optional.of(OptionalInt.empty());
    }
    return Optional.ofNullable(begun.get(file))
        .map(
            pieces ->
                pieces.covers(files.size(file))
                    ? OptionalInt.of(pieces.value())
                    : OptionalInt.empty());
  }
}
