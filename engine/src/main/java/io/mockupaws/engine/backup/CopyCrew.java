package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.engine.backup.BackupProgress.Phase;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.repository.PackSet;
import io.mockupaws.engine.repository.PackStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Brings the files of a listing into packs over several connections: those of which an earlier
 * backup has most in parts, the others whole. What did not change is entered without being read.
 */
final class CopyCrew {
  private final int connections;
  private final ServerFacts facts;
  private final FileSource source;
  private final ManifestLog log;
  private final Counters counters;
  private final SuspectPages suspects;
  private final Consumer<String> warnings;

  /**
   * A crew.
   *
   * @param connections at most so many; one is enough where the server has no room for more
   * @param suspects takes pages that stay bad
   * @param warnings takes sentences, from several threads
   */
  CopyCrew(
      int connections,
      ServerFacts facts,
      FileSource source,
      ManifestLog log,
      Counters counters,
      SuspectPages suspects,
      Consumer<String> warnings) {
    this.connections = connections;
    this.facts = facts;
    this.source = source;
    this.log = log;
    this.counters = counters;
    this.suspects = suspects;
    this.warnings = warnings;
  }

  /**
   * What there is to do.
   *
   * @param takeover whose files need no reading
   * @param reuse what of an earlier backup may be used
   * @param notes told of what was stored
   */
  record Work(
      Listing listing, Takeover takeover, Optional<Reuse> reuse, PackSet packs, NoteKeeper notes) {}

  /**
   * Returns when all files are entered.
   *
   * @param held asked every few seconds whether the server is still in backup mode
   */
  void copy(Work work, Watch watch, Runnable held) {
    Listing listing = work.listing();
    PartPlan parts = plan(work);
    long total = listing.bytes() - parts.savedBytes();
    watch.enter(Phase.READING, 0, total);
    WorkQueue queue =
        new WorkQueue(
            listing,
            ClusterCopy.BUFFER_BYTES,
            file -> work.takeover().isTaken(file) || parts.isKnown(file));
    List<Crew.Task> tasks = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      boolean first = i == 0;
      tasks.add(new Crew.Task("backup-read-" + i, () -> work(work, parts, queue, first)));
    }
    Crew.runAll(
        tasks,
        () -> watch.tick(counters.bytes(), total, held),
        () -> {
          counters.stop();
          source.close();
        });
  }

  /** Enters what did not change at once. */
  private PartPlan plan(Work work) {
    return work.reuse()
        .map(
            reuse ->
                PartPlan.of(
                    work.listing(),
                    reuse,
                    work.takeover()::isTaken,
                    (listed, parts) ->
                        log.add(PartCopy.unchanged(reuse, work.packs(), listed, parts))))
        .orElseGet(PartPlan::none);
  }

  private boolean work(Work work, PartPlan parts, WorkQueue queue, boolean first) {
    Optional<FileReader> reader = reader(first);
    if (reader.isEmpty()) {
      return false;
    }
    NoteKeeper.Lane lane = work.notes().lane();
    ClusterCopy.Recorder recorder =
        (listed, entry) -> {
          log.add(entry);
          lane.file(listed, entry);
        };
    try (FileReader files = reader.get();
        PackStream stream = work.packs().open(lane::stored)) {
      if (work.reuse().isPresent()) {
        partCopy(work, work.reuse().get(), parts).run(files, stream);
      }
      new ClusterCopy(work.listing(), queue, pageCheck(), recorder, known(work), counters)
          .run(files, stream);
      return true;
    }
  }

  private PartCopy partCopy(Work work, Reuse reuse, PartPlan parts) {
    return new PartCopy(work.listing(), parts, reuse, work.packs(), pageCheck(), log, counters);
  }

  private ClusterCopy.Known known(Work work) {
    return work.reuse()
        .<ClusterCopy.Known>map(
            reuse ->
                (listed, size, crc32c) -> {
                  OptionalInt file = reuse.same(listed, size, crc32c);
                  file.ifPresent(
                      number ->
                          log.add(
                              PartCopy.unchanged(
                                  reuse, work.packs(), listed, new Parts(number, List.of()))));
                  return file.isPresent();
                })
        .orElse(ClusterCopy.Known.NOTHING);
  }

  /** The server may have no room for all connections: one is enough. */
  private Optional<FileReader> reader(boolean needed) {
    try {
      return Optional.of(source.reader());
    } catch (Failure e) {
      if (needed || e.code() != ErrorCode.SERVER_UNREACHABLE || counters.isStopped()) {
        throw e;
      }
      warnings.accept("one connection fewer read: " + e.what());
      return Optional.empty();
    }
  }

  private Optional<PageCheck> pageCheck() {
    return facts.dataChecksums()
        ? Optional.of(
            new PageCheck(facts.blockSize(), facts.blocksPerFile(), suspects, Pause.DOUBLING))
        : Optional.empty();
  }
}
