package io.mockupaws.engine.restore;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The paths that a restored directory has, to ask whether something there belongs: 8 bytes a file,
 * so that a million files fit a small heap. Made once, then read by many.
 */
final class Wanted {
  /** Of the bits of an entry that many are the file's number, the others its path's hash. */
  private static final int NUMBER_BITS = 28;

  private final BackupFiles backup;
  private final long[] entries;
  private final Set<String> directories = new HashSet<>();

  /**
   * Paths.
   *
   * @param besides directories that are made whether the backup names them or not
   */
  Wanted(BackupFiles backup, Collection<String> besides) {
    this.backup = backup;
    FileTable table = backup.table();
    long[] all = new long[table.count()];
    int count = 0;
    for (int file = 0; file < table.count(); file++) {
      if (backup.isWritten(file)) {
        String place = backup.place(file);
        all[count++] = hash(place) << NUMBER_BITS | file;
        addParents(place);
      }
    }
    entries = Arrays.copyOf(all, count);
    Arrays.sort(entries);
    backup.directories().stream()
        .map(entry -> entry.path())
        .filter(path -> !path.startsWith("pg_wal/"))
        .forEach(this::addDirectory);
    besides.forEach(this::addDirectory);
  }

  private void addDirectory(String path) {
    addParents(path);
    directories.add(path);
  }

  private void addParents(String path) {
    int slash = path.lastIndexOf('/');
    while (slash > 0 && directories.add(path.substring(0, slash))) {
      slash = path.lastIndexOf('/', slash - 1);
    }
  }

  boolean isDirectory(String path) {
    return directories.contains(path);
  }

  boolean isFile(String path) {
    long first = hash(path) << NUMBER_BITS;
    int at = Arrays.binarySearch(entries, first);
    for (int i = at < 0 ? -at - 1 : at;
        i < entries.length && entries[i] >>> NUMBER_BITS == first >>> NUMBER_BITS;
        i++) {
      int file = (int) (entries[i] & ((1L << NUMBER_BITS) - 1));
      if (backup.place(file).equals(path)) {
        return true;
      }
    }
    return false;
  }

  /** 35 bits, so that an entry is never negative. */
  private static long hash(String path) {
    long hash = 1125899906842597L;
    for (int i = 0; i < path.length(); i++) {
      hash = 31 * hash + path.charAt(i);
    }
    return (hash * 0x9E3779B97F4A7C15L) >>> (NUMBER_BITS + 1);
  }
}
