package io.mockupaws.engine.backup;

import io.mockupaws.core.format.DirectoryEntry;
import io.mockupaws.core.format.IntColumn;
import io.mockupaws.core.format.LongColumn;
import io.mockupaws.core.format.PathColumn;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.RelationPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files and directories of a data directory that belong to a backup. A file takes some 32 bytes
 * and its name: a million of them fit into a small heap.
 *
 * <p>Filled by one thread, then sealed; afterwards safe for many.
 */
final class Listing {
  private static final String INIT = Fork.INIT.suffix();

  private final Exclusions exclusions;
  private final List<DirectoryEntry> directories = new ArrayList<>();
  private final PathColumn paths = new PathColumn();
  private final Set<String> unlogged = new HashSet<>();
  private final LongColumn sizes = new LongColumn();
  private final LongColumn modified = new LongColumn();

  /** Seconds since 1970, unsigned. */
  private final IntColumn statusChanged = new IntColumn();

  private final IntColumn modes = new IntColumn();
  private BitSet left = new BitSet();
  private long bytes;

  Listing(Exclusions exclusions) {
    this.exclusions = exclusions;
  }

  /**
   * A file as it was listed.
   *
   * @param path relative to the data directory
   * @param size bytes when it was listed: what a backup reads at most
   * @param mode permission bits
   */
  record Listed(String path, long size, Instant modified, int mode) {}

  /**
   * Takes a directory in, or not.
   *
   * @return whether its entries are to be looked at
   */
  boolean addDirectory(String path, int mode) {
    return switch (exclusions.of(path, true)) {
      case TAKE -> directories.add(new DirectoryEntry(path, mode));
      case EMPTY_DIRECTORY -> {
        directories.add(new DirectoryEntry(path, mode));
        exclusions.made().stream()
            .filter(made -> made.startsWith(path + "/"))
            .forEach(made -> directories.add(new DirectoryEntry(made, mode)));
        yield false;
      }
      case LEAVE -> false;
    };
  }

  /**
   * Takes a file in, or not.
   *
   * @param statusChanged its ctime: when its content or anything else of it last changed
   */
  void addFile(String path, long size, Instant modified, Instant statusChanged, int mode) {
    if (exclusions.of(path, false) != Exclusions.Verdict.TAKE) {
      return;
    }
    if (path.endsWith(INIT) && RelationPath.parse(path).isPresent()) {
      unlogged.add(path.substring(0, path.length() - INIT.length()));
    }
    paths.add(path);
    sizes.add(size);
    this.modified.add(modified.toEpochMilli());
    this.statusChanged.add((int) statusChanged.getEpochSecond());
    modes.add(mode);
  }

  /** Nothing more comes: unlogged relations, of which only the init fork is kept, are left out. */
  Listing seal() {
    for (int i = 0; i < limit(); i++) {
      if (isUnlogged(path(i))) {
        left.set(i);
      } else {
        bytes += sizes.get(i);
      }
    }
    unlogged.clear();
    return this;
  }

  /** Only in directories of databases: no relation that all databases share is unlogged. */
  private boolean isUnlogged(String path) {
    if (unlogged.isEmpty() || path.startsWith("global/")) {
      return false;
    }
    Optional<RelationPath> relation = RelationPath.parse(path);
    if (relation.isEmpty() || relation.get().fork() == Fork.INIT) {
      return false;
    }
    String number = Integer.toUnsignedString(relation.get().relation().number());
    return unlogged.contains(path.substring(0, path.lastIndexOf('/') + 1) + number);
  }

  /** How many files. */
  int files() {
    return limit() - left.cardinality();
  }

  /** Bytes of all files. */
  long bytes() {
    return bytes;
  }

  /** Directories, every parent before what it holds. */
  List<DirectoryEntry> directories() {
    return directories;
  }

  /** Files are numbered from 0 to below this, with gaps where {@link #isLeft}. */
  int limit() {
    return paths.count();
  }

  /** Whether the number is one of a file that was left out after all. */
  boolean isLeft(int file) {
    return left.get(file);
  }

  long size(int file) {
    return sizes.get(file);
  }

  String path(int file) {
    return paths.get(file);
  }

  /** When its content or anything else of it last changed, in whole seconds. */
  Instant statusChanged(int file) {
    return Instant.ofEpochSecond(Integer.toUnsignedLong(statusChanged.get(file)));
  }

  Listed file(int file) {
    return new Listed(
        path(file), sizes.get(file), Instant.ofEpochMilli(modified.get(file)), modes.get(file));
  }
}
