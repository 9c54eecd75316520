package io.mockupaws.core.format;

import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * A file of a backup.
 *
 * @param path relative to the data directory, parts joined by {@code /}; absolute for an external
 *     one
 * @param size bytes; the runs cover them without a gap, in order
 * @param mode POSIX permission bits
 * @param modified the file's time on the source, to the millisecond
 * @param crc32c CRC-32C of the content; empty where only parts of the file were read for this
 *     backup: then its frames and pages answer for it
 */
public record FileEntry(
    String path,
    Origin origin,
    long size,
    int mode,
    Instant modified,
    OptionalInt crc32c,
    List<Run> runs) {
  /** Where a file lay. */
  public enum Origin {
    /** In the data directory. */
    DATA,
    /** Outside it: configuration, included files, certificates. */
    EXTERNAL
  }

  /** A file that was read whole. */
  public FileEntry(
      String path,
      Origin origin,
      long size,
      int mode,
      Instant modified,
      int crc32c,
      List<Run> runs) {
    this(path, origin, size, mode, modified, OptionalInt.of(crc32c), runs);
  }

  public FileEntry {
    runs = List.copyOf(runs);
    long next = 0;
    for (Run run : runs) {
      if (run.fileOffset() != next) {
        throw new IllegalArgumentException("the runs of " + path + " leave a gap at " + next);
      }
      next += run.length();
    }
    if (next != size) {
      throw new IllegalArgumentException("the runs of " + path + " cover " + next + " of " + size);
    }
  }
}
