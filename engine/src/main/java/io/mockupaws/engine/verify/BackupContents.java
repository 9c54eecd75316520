package io.mockupaws.engine.verify;

import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.IntColumn;
import io.mockupaws.core.format.LongColumn;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.RelationPath;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a manifest says, by pack: some 50 bytes a file, without its name. Filled by one thread, then
 * read by many.
 */
final class BackupContents implements ManifestVisitor {
  static final String CONTROL_FILE = "global/pg_control";

  /** A file that is no relation's: its pages have no checksums. */
  static final int NO_RELATION = -1;

  private final List<PackTable> packs = new ArrayList<>();
  private final LongColumn sizes = new LongColumn();
  private final IntColumn checksums = new IntColumn();
  private final BitSet unknownChecksum = new BitSet();
  private final IntColumn segments = new IntColumn();
  private final IntColumn runPacks = new IntColumn();
  private final LongColumn runStarts = new LongColumn();
  private final LongColumn runLengths = new LongColumn();
  private final IntColumn runFiles = new IntColumn();
  private final LongColumn runOffsets = new LongColumn();
  private List<Run> controlRuns = List.of();
  private int[] byPack = new int[0];
  private int[] firstOfPack = new int[0];

  @Override
  public void pack(int number, PackTable pack) {
    packs.add(pack);
  }

  @Override
  public void file(FileEntry file) {
    int number = sizes.count();
    sizes.add(file.size());
    checksums.add(file.crc32c().orElse(0));
    unknownChecksum.set(number, file.crc32c().isEmpty());
    segments.add(RelationPath.parse(file.path()).map(RelationPath::segment).orElse(NO_RELATION));
    for (Run run : file.runs()) {
      runPacks.add(run.pack());
      runStarts.add(start(run.pack(), run.frame()) + run.frameOffset());
      runLengths.add(run.length());
      runFiles.add(number);
      runOffsets.add(run.fileOffset());
    }
    if (file.path().equals(CONTROL_FILE)) {
      controlRuns = file.runs();
    }
  }

  /** Orders the runs by pack; to be called once the manifest has ended. */
  void order() {
    firstOfPack = new int[packs.size() + 1];
    for (int run = 0; run < runPacks.count(); run++) {
      firstOfPack[runPacks.get(run) + 1]++;
    }
    for (int pack = 0; pack < packs.size(); pack++) {
      firstOfPack[pack + 1] += firstOfPack[pack];
    }
    int[] next = firstOfPack.clone();
    byPack = new int[runPacks.count()];
    for (int run = 0; run < runPacks.count(); run++) {
      byPack[next[runPacks.get(run)]++] = run;
    }
  }

  List<PackTable> packs() {
    return packs;
  }

  /**
   * Files, runs, and of frames a fourth: what it takes in the memory, in parts of some 40 bytes.
   */
  long entries() {
    long frames = packs.stream().mapToLong(PackTable::frames).sum();
    return sizes.count() + runPacks.count() + frames / 4;
  }

  /** Where a frame's content begins in its pack's content. */
  long start(int pack, int frame) {
    return packs.get(pack).plainStart(frame);
  }

  /** The runs in a pack, by where they begin. */
  List<Integer> runsOf(int pack) {
    List<Integer> runs = new ArrayList<>();
    for (int i = firstOfPack[pack]; i < firstOfPack[pack + 1]; i++) {
      runs.add(byPack[i]);
    }
    runs.sort((a, b) -> Long.compare(runStarts.get(a), runStarts.get(b)));
    return runs;
  }

  long runStart(int run) {
    return runStarts.get(run);
  }

  long runLength(int run) {
    return runLengths.get(run);
  }

  int runFile(int run) {
    return runFiles.get(run);
  }

  /** Where a run's bytes belong in its file. */
  long runOffset(int run) {
    return runOffsets.get(run);
  }

  int files() {
    return sizes.count();
  }

  long size(int file) {
    return sizes.get(file);
  }

  /** Empty where the manifest does not say. */
  OptionalInt crc32c(int file) {
    return unknownChecksum.get(file) ? OptionalInt.empty() : OptionalInt.of(checksums.get(file));
  }

  /** Which piece of a relation a file is, or {@link #NO_RELATION}. */
  int relationSegment(int file) {
    return segments.get(file);
  }

  List<Run> controlRuns() {
    return controlRuns;
  }
}
