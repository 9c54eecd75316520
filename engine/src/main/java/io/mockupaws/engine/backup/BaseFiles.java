package io.mockupaws.engine.backup;

import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.IntColumn;
import io.mockupaws.core.format.LongColumn;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.PathColumn;
import io.mockupaws.core.format.Run;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * The files of an earlier backup's data directory, found by their paths: some 70 bytes for a file
 * of one run, besides its name. Filled by one thread and sealed, then read by many.
 */
final class BaseFiles implements ManifestVisitor {
  /** More would not fit into a small heap, and a restore would read here and there. */
  private static final int MOST_RUNS = 4_000_000;

  private final List<PackTable> packs = new ArrayList<>();
  private final PathColumn paths = new PathColumn();
  private final LongColumn sizes = new LongColumn();
  private final LongColumn modified = new LongColumn();
  private final IntColumn checksums = new IntColumn();
  private final BitSet unknownChecksum = new BitSet();
  private final IntColumn firstRuns = new IntColumn();
  private final LongColumn offsets = new LongColumn();
  private final LongColumn lengths = new LongColumn();
  private final IntColumn runPacks = new IntColumn();
  private final IntColumn frames = new IntColumn();
  private final IntColumn frameOffsets = new IntColumn();

  /** Numbers of files, from 1, at places that follow from their paths; 0 is free. */
  private int[] places = new int[0];

  @Override
  public void pack(int number, PackTable pack) {
    packs.add(pack);
  }

  @Override
  public void file(FileEntry file) {
    if (file.origin() != FileEntry.Origin.DATA) {
      return;
    }
    unknownChecksum.set(paths.count(), file.crc32c().isEmpty());
    paths.add(file.path());
    sizes.add(file.size());
    modified.add(file.modified().toEpochMilli());
    checksums.add(file.crc32c().orElse(0));
    if (offsets.count() + file.runs().size() > MOST_RUNS) {
      throw BaseFinder.refused("its files lie in more than " + MOST_RUNS + " pieces");
    }
    firstRuns.add(offsets.count());
    for (Run run : file.runs()) {
      offsets.add(run.fileOffset());
      lengths.add(run.length());
      runPacks.add(run.pack());
      frames.add(run.frame());
      frameOffsets.add(run.frameOffset());
    }
  }

  /** Nothing more comes: files can be looked for. */
  BaseFiles seal() {
    places = new int[Math.max(16, Integer.highestOneBit(paths.count()) * 4)];
    for (int file = 0; file < paths.count(); file++) {
      int place = place(paths.get(file));
      while (places[place] != 0) {
        place = place + 1 & places.length - 1;
      }
      places[place] = file + 1;
    }
    return this;
  }

  private int place(String path) {
    int hash = path.hashCode() * 0x9E3779B9;
    return (hash ^ hash >>> 15) & places.length - 1;
  }

  /** The number of the file of that path; empty when there is none. */
  OptionalInt find(String path) {
    for (int place = place(path); places[place] != 0; place = place + 1 & places.length - 1) {
      int file = places[place] - 1;
      if (paths.get(file).equals(path)) {
        return OptionalInt.of(file);
      }
    }
    return OptionalInt.empty();
  }

  long size(int file) {
    return sizes.get(file);
  }

  /** Milliseconds since 1970. */
  long modifiedMillis(int file) {
    return modified.get(file);
  }

  /** Empty where only parts of the file were read for that backup. */
  OptionalInt crc32c(int file) {
    return unknownChecksum.get(file) ? OptionalInt.empty() : OptionalInt.of(checksums.get(file));
  }

  /** Where its bytes lie; packs by their numbers in that backup. */
  List<Run> runs(int file) {
    int first = firstRuns.get(file);
    int behind = file + 1 < firstRuns.count() ? firstRuns.get(file + 1) : offsets.count();
    List<Run> runs = new ArrayList<>(behind - first);
    for (int i = first; i < behind; i++) {
      runs.add(
          new Run(
              offsets.get(i), lengths.get(i), runPacks.get(i), frames.get(i), frameOffsets.get(i)));
    }
    return runs;
  }

  /** The packs that the backup names, by their numbers in it. */
  List<PackTable> packs() {
    return packs;
  }

  /**
   * Which part of the bytes in the packs no file of this backup needs any more, 0 to 1: what later
   * backups have replaced.
   */
  double garbage() {
    long live = 0;
    for (int i = 0; i < lengths.count(); i++) {
      live += lengths.get(i);
    }
    long all = packs.stream().mapToLong(pack -> pack.plainStart(pack.frames())).sum();
    return all == 0 ? 0 : Math.max(0, 1 - (double) live / all);
  }
}
