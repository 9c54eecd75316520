package io.mockupaws.engine.restore;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The files of a backup in a few arrays: about 50 bytes a file besides its path, so that a million
 * files fit a small heap. A file's number is its place in the manifest. Filled by one thread, then
 * read by many.
 */
final class FileTable {
  private byte[] paths = new byte[1 << 14];
  private int[] pathEnds = new int[256];
  private long[] sizes = new long[256];
  private long[] modified = new long[256];
  private int[] checksums = new int[256];
  private short[] modes = new short[256];
  private final BitSet leftOut = new BitSet();
  private final BitSet readAgain = new BitSet();
  private final BitSet kept = new BitSet();
  private int count;

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
  int add(String path, long size, int mode, Instant time, int crc32c, Fate fate) {
    grow();
    byte[] utf8 = path.getBytes(StandardCharsets.UTF_8);
    int start = pathStart(count);
    if (paths.length - start < utf8.length) {
      paths = Arrays.copyOf(paths, Math.max(start + utf8.length, paths.length * 2));
    }
    System.arraycopy(utf8, 0, paths, start, utf8.length);
    pathEnds[count] = start + utf8.length;
    sizes[count] = size;
    modified[count] = time.toEpochMilli();
    checksums[count] = crc32c;
    modes[count] = (short) mode;
    leftOut.set(count, fate == Fate.LEFT_OUT);
    readAgain.set(count, fate == Fate.WRITTEN_AND_READ);
    return count++;
  }

  int count() {
    return count;
  }

  String path(int file) {
    int start = pathStart(file);
    return new String(paths, start, pathEnds[file] - start, StandardCharsets.UTF_8);
  }

  long size(int file) {
    return sizes[file];
  }

  /** Milliseconds since the epoch. */
  long modifiedMillis(int file) {
    return modified[file];
  }

  int crc32c(int file) {
    return checksums[file];
  }

  int mode(int file) {
    return modes[file];
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

  /** From any thread, as long as nobody asks for fates meanwhile. */
  synchronized void keep(int file) {
    kept.set(file);
  }

  private int pathStart(int file) {
    return file == 0 ? 0 : pathEnds[file - 1];
  }

  private void grow() {
    if (count < sizes.length) {
      return;
    }
    int capacity = count * 2;
    pathEnds = Arrays.copyOf(pathEnds, capacity);
    sizes = Arrays.copyOf(sizes, capacity);
    modified = Arrays.copyOf(modified, capacity);
    checksums = Arrays.copyOf(checksums, capacity);
    modes = Arrays.copyOf(modes, capacity);
  }
}
