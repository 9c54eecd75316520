package io.mockupaws.engine.restore;

import io.mockupaws.core.format.IntColumn;
import io.mockupaws.core.format.LongColumn;
import io.mockupaws.core.format.PathColumn;
import java.time.Instant;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * The files of a backup in a few columns: some 32 bytes a file besides its name, so that a million
 * files fit a small heap. A file's number is its place in the manifest. Filled by one thread, then
 * read by many.
 */
final class FileTable {
  private final PathColumn paths = new PathColumn();
  private final LongColumn sizes = new LongColumn();
  private final LongColumn modified = new LongColumn();
  private final IntColumn checksums = new IntColumn();
  private final IntColumn modes = new IntColumn();
  private final BitSet leftOut = new BitSet();
  private final BitSet readAgain = new BitSet();
  private final BitSet kept = new BitSet();
  private final BitSet overlaid = new BitSet();
  private final BitSet unknownChecksum = new BitSet();

  /** What becomes of a file of the backup. */
  enum Fate {
    /** Written as it is, its checksum computed while it is written. */
    WRITTEN,
    /** Written as it is and read again for its checksum: it has too many runs to keep track of. */
    WRITTEN_AND_READ,
    /** Not written: it is in the target already, with this content. */
    KEPT,
    /** Not written: it belongs to the source's life, or it is written by other means. */
    LEFT_OUT
  }

  /** Adds a file and returns its number. */
  int add(String path, long size, int mode, Instant time, OptionalInt crc32c, Fate fate) {
    int number = paths.count();
    paths.add(path);
    sizes.add(size);
    modified.add(time.toEpochMilli());
    checksums.add(crc32c.orElse(0));
    unknownChecksum.set(number, crc32c.isEmpty());
    modes.add(mode);
    leftOut.set(number, fate == Fate.LEFT_OUT);
    readAgain.set(number, fate == Fate.WRITTEN_AND_READ);
    return number;
  }

  int count() {
    return paths.count();
  }

  String path(int file) {
    return paths.get(file);
  }

  long size(int file) {
    return sizes.get(file);
  }

  /** Milliseconds since the epoch. */
  long modifiedMillis(int file) {
    return modified.get(file);
  }

  /** Empty where the manifest does not say. */
  OptionalInt crc32c(int file) {
    return unknownChecksum.get(file) ? OptionalInt.empty() : OptionalInt.of(checksums.get(file));
  }

  int mode(int file) {
    return modes.get(file);
  }

  Fate fate(int file) {
    if (leftOut.get(file)) {
      return Fate.LEFT_OUT;
    }
    if (kept.get(file)) {
      return Fate.KEPT;
    }
    return readAgain.get(file) ? Fate.WRITTEN_AND_READ : Fate.WRITTEN;
  }

  void leaveOut(int file) {
    leftOut.set(file);
  }

  /** A file of the right size is there: of what is fetched only what differs is written. */
  void overlay(int file) {
    overlaid.set(file);
  }

  boolean isOverlaid(int file) {
    return overlaid.get(file);
  }

  /** From any thread, as long as nobody asks for fates meanwhile. */
  synchronized void keep(int file) {
    kept.set(file);
  }
}
