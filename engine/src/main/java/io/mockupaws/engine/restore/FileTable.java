package io.mockupaws.engine.restore;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

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
  private byte[] fates = new byte[256];
  private int count;

  /** What becomes of a file of the backup. */
  enum Fate {
    /** Written as it is, its checksum computed while it is written. */
    WRITTEN,
    /** Written as it is and read again for its checksum: it has too many runs to keep track of. */
    WRITTEN_AND_READ,
    /** Not written: it belongs to the source's life, or it is written by other means. */
    LEFT_OUT;

    private static final Fate[] VALUES = values();
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
    fates[count] = (byte) fate.ordinal();
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
    return Fate.VALUES[fates[file]];
  }

  void leaveOut(int file) {
    fates[file] = (byte) Fate.LEFT_OUT.ordinal();
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
    fates = Arrays.copyOf(fates, capacity);
  }
}
