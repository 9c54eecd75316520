package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads every frame of a backup's packs once, and everything its manifest says of the files in
 * them.
 */
final class PackReading {
  /** PostgreSQL's own, where the control file cannot be read. */
  private static final int USUAL_PAGES_PER_FILE = 131_072;

  private final ClusterRepository cluster;
  private final ManifestHead head;
  private final BackupContents contents;
  private final Findings findings;
  private final Watcher watcher;
  private final Checked checked;
  private final FileDigests digests;
  private final AtomicInteger bad = new AtomicInteger();

  PackReading(
      ClusterRepository cluster,
      ManifestHead head,
      BackupContents contents,
      Findings findings,
      Watcher watcher,
      Checked checked) {
    this.cluster = cluster;
    this.head = head;
    this.contents = contents;
    this.findings = findings;
    this.watcher = watcher;
    this.checked = checked;
    this.digests = new FileDigests(contents);
  }

  /**
   * What was found in packs that are right themselves.
   *
   * @param badPacks packs that a restore cannot read
   * @param wrongFiles files whose bytes are not those of the manifest, by number
   */
  record Read(int badPacks, Set<Integer> wrongFiles, PageSight pages) {}

  Read run(int jobs) {
    PageSight pages = new PageSight(head, contents, pagesPerFile().orElse(USUAL_PAGES_PER_FILE));
    new PackWorkers(jobs).forEach(contents.packs().size(), pack -> read(pack, pages));
    return new Read(bad.get(), digests.wrong(), pages);
  }

  private void read(int number, PageSight pages) {
    PackTable pack = contents.packs().get(number);
    PackShown shown = new PackShown(digests, pages);
    Checked.Unit unit = checked.pack(head.id(), number, pack.key());
    Optional<CheckedNote> known = unit.recall();
    if (known.isPresent()) {
      shown.recall(known.get().shown());
      unit.takenOver(known.get(), pack.size(), 0);
      watcher.done(pack.size());
      return;
    }
    PackSight sight = new PackSight(contents, number, shown);
    try {
      cluster
          .packReader()
          .read(
              pack,
              0,
              pack.frames() - 1,
              (frame, content) -> {
                sight.frame(contents.start(number, frame), content);
                watcher.done(pack.sealedLength(frame));
              });
      if (!sight.isComplete()) {
        throw io.mockupaws.core.format.FrameReader.damaged(pack.key(), "it ends too early");
      }
    } catch (Failure e) {
      findings.add(pack.key(), e);
      bad.incrementAndGet();
      return;
    }
    if (isEndWhole(pack) && shown.isFine()) {
      unit.keep(shown.noted());
    }
  }

  /** What stands behind the frames; a restore knows from the manifest where those lie. */
  private boolean isEndWhole(PackTable pack) {
    try {
      cluster.trailer(pack.key(), ObjectKind.PACK);
      return true;
    } catch (Failure e) {
      Findings.kindOf(e);
      findings.add(
          Finding.Kind.UNNEEDED,
          pack.key().value(),
          e.what() + "; that is its end, which no restore needs");
      return false;
    }
  }

  private OptionalInt pagesPerFile() {
    try {
      byte[] content =
          new byte[contents.controlRuns().stream().mapToInt(r -> (int) r.length()).sum()];
      for (Run run : contents.controlRuns()) {
        copy(run, content);
      }
      return content.length == 0
          ? OptionalInt.empty()
          : OptionalInt.of(ControlFile.parse(content).shape().relationSegmentBlocks());
    } catch (Failure e) {
      // the pack's own reading names what is wrong, or the store is away for that too
      return OptionalInt.empty();
    }
  }

  private void copy(Run run, byte[] content) {
    PackTable pack = contents.packs().get(run.pack());
    long from = contents.start(run.pack(), run.frame()) + run.frameOffset();
    int last = run.frame();
    while (last + 1 < pack.frames() && contents.start(run.pack(), last + 1) < from + run.length()) {
      last++;
    }
    cluster
        .packReader()
        .read(
            pack,
            run.frame(),
            last,
            (frame, plain) -> {
              long start = contents.start(run.pack(), frame);
              int begin = (int) (Math.max(from, start) - start);
              int end = (int) (Math.min(from + run.length(), start + plain.remaining()) - start);
              int at = (int) (run.fileOffset() + start + begin - from);
              plain.get(plain.position() + begin, content, at, end - begin);
            });
  }
}
