package io.mockupaws.it.size;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Lays files into packs that have sizes and no bytes, as the writer of a backup would. */
final class HugePacks {
  /** The number of the one pack with real bytes. */
  static final int BORROWED = 0;

  private static final int FRAME = 256 << 10;
  private static final long PACK = 64L << 20;
  private static final int HEADER = 64;
  private static final int END = 64;

  private final Path root;
  private final String prefix;
  private final Random random = new Random(2);
  private final List<PackTable> tables = new ArrayList<>();
  private int[] sealed = new int[1024];
  private int frames;
  private long size = HEADER;
  private int inFrame;

  /**
   * Packs behind others.
   *
   * @param referred those that are there already, the one with real bytes first
   */
  HugePacks(Path root, String prefix, List<PackTable> referred) {
    this.root = root;
    this.prefix = prefix;
    tables.addAll(referred);
  }

  static Run inPack(Run run, int pack) {
    return new Run(run.fileOffset(), run.length(), pack, run.frame(), run.frameOffset());
  }

  /** Where the next so many bytes lie. */
  List<Run> runs(long length) {
    List<Run> runs = new ArrayList<>();
    long done = 0;
    while (done < length) {
      int pack = tables.size();
      Run begin = new Run(done, 1, pack, frames, inFrame);
      long count = 0;
      while (done + count < length && tables.size() == pack) {
        long some = Math.min(length - done - count, FRAME - inFrame);
        count += some;
        inFrame += (int) some;
        if (inFrame == FRAME) {
          endFrame(FRAME);
        }
      }
      runs.add(new Run(done, count, pack, begin.frame(), begin.frameOffset()));
      done += count;
    }
    return runs;
  }

  private void endFrame(int last) {
    if (frames == sealed.length) {
      sealed = Arrays.copyOf(sealed, frames * 2);
    }
    // between a quarter and all of it is left after compression
    sealed[frames] = last / 4 + random.nextInt(last / 4 * 3 + 1) + 32;
    size += sealed[frames++];
    inFrame = 0;
    if (size >= PACK || last < FRAME) {
      endPack(last);
    }
  }

  private void endPack(int last) {
    int[] plain = new int[frames];
    Arrays.fill(plain, FRAME);
    plain[frames - 1] = last;
    ObjectKey key = ObjectKey.of(prefix + String.format("%06d", tables.size()));
    tables.add(new PackTable(key, size + END, plain, Arrays.copyOf(sealed, frames)));
    makeSparse(root.resolve(key.value()), size + END);
    frames = 0;
    size = HEADER;
  }

  private static void makeSparse(Path file, long size) {
    try {
      Files.createDirectories(file.getParent());
      try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
        made.setLength(size);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the last pack and gives the bytes of all. */
  long finish() {
    if (inFrame > 0) {
      endFrame(inFrame);
    } else if (frames > 0) {
      endPack(FRAME);
    }
    return tables.stream().mapToLong(PackTable::size).sum();
  }

  List<PackTable> tables() {
    return tables;
  }
}
