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

  FileChecksums(FileTable files) {
    this.files = files;
  }

  /** Notes a piece that is about to be written; the buffer is left as it was. */
  void note(int file, long offset, ByteBuffer bytes) {
    if (files.fate(file) != FileTable.Fate.WRITTEN) {
      return;
    }
    int length = bytes.remaining();
    int crc = Crc32cMath.of(bytes);
    if (offset == 0 && length == files.size(file) && crc == files.crc32c(file)) {
      return;
    }
    PieceChecksum pieces = begun.computeIfAbsent(file, _ -> new PieceChecksum());
    pieces.add(offset, length, crc);
    if (pieces.covers(files.size(file)) && pieces.value() == files.crc32c(file)) {
      begun.remove(file);
    }
  }

  /**
   * What is wrong with a file once everything was written: its checksum, or empty in the optional
   * when bytes are missing; nothing at all when it is right.
   */
  Optional<OptionalInt> wrong(int file) {
    return Optional.ofNullable(begun.get(file))
        .map(
            pieces ->
                pieces.covers(files.size(file))
                    ? OptionalInt.of(pieces.value())
                    : OptionalInt.empty());
  }
}
