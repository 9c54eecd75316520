package io.mockupaws.engine.verify;

import io.mockupaws.core.format.PieceChecksum;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checksums of files whose pieces are read in any order. A file that is whole and right leaves
 * nothing. Safe for use by many threads.
 */
final class FileDigests {
  private final BackupContents contents;
  private final ConcurrentHashMap<Integer, PieceChecksum> begun = new ConcurrentHashMap<>();
  private final Set<Integer> wrong = ConcurrentHashMap.newKeySet();

  FileDigests(BackupContents contents) {
    this.contents = contents;
  }

  /** Whether a piece is all of a file. */
  boolean isWhole(int file, long offset, long length) {
    return offset == 0 && length == contents.size(file);
  }

  /** False when it shows that the file is wrong. */
  boolean piece(int file, long offset, long length, int crc) {
    if (isWhole(file, offset, length)) {
      return compare(file, crc);
    }
    if (contents.crc32c(file).isEmpty()) {
      return true;
    }
    PieceChecksum pieces = begun.computeIfAbsent(file, _ -> new PieceChecksum());
    pieces.add(offset, length, crc);
    if (pieces.covers(contents.size(file)) && begun.remove(file, pieces)) {
      return compare(file, pieces.value());
    }
    return true;
  }

  private boolean compare(int file, int crc) {
    boolean right = contents.crc32c(file).orElse(crc) == crc;
    if (!right) {
      wrong.add(file);
    }
    return right;
  }

  /** The files whose checksum is not the manifest's, by number. */
  Set<Integer> wrong() {
    return new TreeSet<>(wrong);
  }
}
