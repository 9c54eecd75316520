package io.mockupaws.engine.consolidation;

import io.mockupaws.core.failure.ErrorCode;
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
import io.mockupaws.engine.repository.Right;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** One consolidation: packs, then the manifest. */
final class Rewriting {
  private final ClusterRepository repository;
  private final ConsolidationPlan plan;
  private final InstantSource clock;
  private final Right right;
  private final ConsolidationProgress progress;
  private final ManifestReader manifest;
  private long done;

  Rewriting(
      ClusterRepository repository,
      ConsolidationPlan plan,
      InstantSource clock,
      Right right,
      ConsolidationProgress progress) {
    this.repository = repository;
    this.plan = plan;
    this.clock = clock;
    this.right = right;
    this.progress = progress;
    this.manifest = repository.manifest(plan.backup());
  }

  Consolidated run(RandomGenerator random) {
    Instant begun = clock.instant();
    ManifestHead before = manifest.head();
    BackupId id = unusedName(before, random);
    PackSet packs = repository.newPacks(id, PackSet.DEFAULT_PACK_BYTES);
    try (ManifestLog log = new ManifestLog()) {
      List<PackTable> tables = copyOrDiscard(packs, log);
      ManifestHead head = before.consolidated(id, packs.sealedBytes());
      repository.commit(head, tables, log);
      return new Consolidated(
          plan, id, packs.sealedBytes(), Duration.between(begun, clock.instant()));
    }
  }

  /**
   * By the time of what it holds: it takes the place of the other in every row of names. A name in
   * use would mix its packs with another backup's, and broken off it would remove both.
   */
  private BackupId unusedName(ManifestHead before, RandomGenerator random) {
    List<BackupId> used = repository.backupIds();
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
      right.check();
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
    int[] numbers = new int[former.size()];
    for (int pack = 0; pack < numbers.length; pack++) {
      numbers[pack] = plan.rewrite().get(pack) ? -1 : packs.referTo(former.get(pack));
    }
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

  private FileEntry rewritten(FileEntry file, int[] numbers, FrameCache frames, PackStream stream) {
    List<Run> runs = new ArrayList<>();
    stream.beginFile();
    for (Run run : file.runs()) {
      int number = numbers[run.pack()];
      if (number < 0) {
        stream.skipTo(run.fileOffset());
        frames.read(run, stream::write);
        goOn(run.length());
      } else {
        runs.add(new Run(run.fileOffset(), run.length(), number, run.frame(), run.frameOffset()));
      }
    }
    runs.addAll(stream.endFile());
    runs.sort(Comparator.comparingLong(Run::fileOffset));
    return new FileEntry(
        file.path(), file.origin(), file.size(), file.mode(), file.modified(), file.crc32c(), runs);
  }

  private void goOn(long copied) {
    done += copied;
    right.check();
    if (!progress.goOn(done, plan.copied())) {
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "the consolidation of " + plan.backup() + " was cancelled",
          "nothing was changed; it can be begun again");
    }
  }
}
