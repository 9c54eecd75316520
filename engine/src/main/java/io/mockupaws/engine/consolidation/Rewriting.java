package io.mockupaws.engine.consolidation;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.DirectoryEntry;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.ManifestReader;
import io.mockupaws.engine.repository.PackSet;
import io.mockupaws.engine.repository.PackStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** One portion of a consolidation: packs, then the manifest. */
final class Rewriting {
  private final ClusterRepository repository;
  private final ConsolidationPlan plan;
  private final Breaks breaks;
  private final ManifestReader manifest;

  Rewriting(ClusterRepository repository, ConsolidationPlan plan, Breaks breaks) {
    this.repository = repository;
    this.plan = plan;
    this.breaks = breaks;
    this.manifest = repository.manifest(plan.backup());
  }

  Portion run(RandomGenerator random) {
    ManifestHead before = manifest.head();
    BackupId id = unusedName(before, random);
    PackSet packs = repository.newPacks(id, PackSet.DEFAULT_PACK_BYTES);
    try (ManifestLog log = new ManifestLog()) {
      List<PackTable> tables = copyOrDiscard(packs, log);
      ManifestHead head = before.consolidated(id, packs.sealedBytes());
      repository.commit(head, tables, log);
      return new Portion(id, packs.sealedBytes(), breaks.copied(), breaks.end());
    }
  }

  /**
   * By the time of what it holds: it takes the place of the other in every row of names. A name in
   * use would mix its packs with another backup's, and broken off it would remove both.
   */
  private BackupId unusedName(ManifestHead before, RandomGenerator random) {
    List<BackupId> used = repository.writtenBackups();
    while (true) {
      BackupId id = BackupId.of(before.startedAt(), BackupKind.INCREMENTAL, random);
      if (!used.contains(id) && repository.list("packs/" + id + "/").isEmpty()) {
        return id;
      }
    }
  }

  /**
   * What cannot be removed is garbage that a later cleanup removes; so is everything once the
   * manifest may have been written, whatever the store answered.
   */
  private List<PackTable> copyOrDiscard(PackSet packs, ManifestLog log) {
    try {
      copy(packs, log);
      List<PackTable> tables = packs.finish();
      breaks.check();
      return tables;
    } catch (RuntimeException e) {
      try {
        packs.discard();
      } catch (Failure left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  private void copy(PackSet packs, ManifestLog log) {
    List<PackTable> former = manifest.packs();
    Numbers numbers = new Numbers(packs, former);
    FrameCache frames = new FrameCache(repository.packReader(), former);
    try (PackStream stream = packs.open()) {
      manifest.forEach(
          new ManifestVisitor() {
            @Override
            public void directory(DirectoryEntry directory) {
              log.add(directory);
            }

            @Override
            public void file(FileEntry file) {
              log.add(rewritten(file, numbers, frames, stream));
            }
          });
      stream.finish();
    }
  }

  private FileEntry rewritten(
      FileEntry file, Numbers numbers, FrameCache frames, PackStream stream) {
    List<Run> runs = new ArrayList<>();
    stream.beginFile();
    for (Run run : file.runs()) {
      if (plan.rewrite().get(run.pack()) && breaks.mayCopy()) {
        stream.skipTo(run.fileOffset());
        frames.read(run, stream::write);
        breaks.copied(run.length());
      } else {
        int number = numbers.of(run.pack());
        runs.add(new Run(run.fileOffset(), run.length(), number, run.frame(), run.frameOffset()));
      }
    }
    runs.addAll(stream.endFile());
    runs.sort(Comparator.comparingLong(Run::fileOffset));
    return new FileEntry(
        file.path(), file.origin(), file.size(), file.mode(), file.modified(), file.crc32c(), runs);
  }

  /** Under which number a pack of before is named, from its first use on. */
  private static final class Numbers {
    private final PackSet packs;
    private final List<PackTable> former;
    private final int[] numbers;

    Numbers(PackSet packs, List<PackTable> former) {
      this.packs = packs;
      this.former = former;
      this.numbers = new int[former.size()];
      Arrays.fill(numbers, -1);
    }

    int of(int pack) {
      if (numbers[pack] < 0) {
        numbers[pack] = packs.referTo(former.get(pack));
      }
      return numbers[pack];
    }
  }
}
