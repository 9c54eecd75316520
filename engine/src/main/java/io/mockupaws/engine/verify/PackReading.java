package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads every frame of the packs of some backups once, and everything their manifests say of the
 * files in them: a pack that several name is read for all of them.
 */
final class PackReading {
  /** PostgreSQL's own, where the control file cannot be read. */
  private static final int USUAL_PAGES_PER_FILE = 131_072;

  private final ClusterRepository cluster;
  private final Findings findings;
  private final Watcher watcher;
  private final Checked checked;

  PackReading(ClusterRepository cluster, Findings findings, Watcher watcher, Checked checked) {
    this.cluster = cluster;
    this.findings = findings;
    this.watcher = watcher;
    this.checked = checked;
  }

  /**
   * What was found in packs that are right themselves.
   *
   * @param badPacks packs that a restore cannot read
   * @param wrongFiles files whose bytes are not those of the manifest, by number
   */
  record Read(int badPacks, Set<Integer> wrongFiles, PageSight pages) {}

  /** A backup, and what is seen of it. */
  private static final class Subject {
    private final ManifestHead head;
    private final BackupContents contents;
    private final FileDigests digests;
    private final PageSight pages;
    private final AtomicInteger bad = new AtomicInteger();
    private final AtomicInteger frozen = new AtomicInteger();

    Subject(ManifestHead head, BackupContents contents, int pagesPerFile) {
      this.head = head;
      this.contents = contents;
      this.digests = new FileDigests(contents);
      this.pages = new PageSight(head, contents, pagesPerFile);
    }
  }

  /** A pack as one of the backups names it. */
  private record Named(Subject subject, int number) {
    PackTable table() {
      return subject.contents.packs().get(number);
    }
  }

  /** Reads, and answers for each of the backups in their order. */
  List<Read> run(List<OpenBackup> backups, int jobs) {
    List<Subject> subjects = new ArrayList<>();
    Map<ObjectKey, List<Named>> packs = new LinkedHashMap<>();
    for (OpenBackup backup : backups) {
      int pagesPerFile =
          new ControlSight(cluster, backup.contents()).pagesPerFile().orElse(USUAL_PAGES_PER_FILE);
      Subject subject = new Subject(backup.head(), backup.contents(), pagesPerFile);
      subjects.add(subject);
      for (int number = 0; number < backup.contents().packs().size(); number++) {
        Named named = new Named(subject, number);
        packs.computeIfAbsent(named.table().key(), _ -> new ArrayList<>()).add(named);
      }
    }
    List<List<Named>> all = List.copyOf(packs.values());
    new PackWorkers(jobs).forEach(all.size(), pack -> read(all.get(pack)));
    subjects.forEach(this::tellFrozen);
    return subjects.stream()
        .map(subject -> new Read(subject.bad.get(), subject.digests.wrong(), subject.pages))
        .toList();
  }

  private void tellFrozen(Subject subject) {
    int packs = subject.frozen.get();
    if (packs > 0) {
      findings.add(
          Finding.Kind.FROZEN,
          cluster.manifestKey(subject.head.id()).value(),
          packs
              + " of its "
              + subject.contents.packs().size()
              + " packs lie in a frozen class of storage, and were NOT read");
    }
  }

  /** One of the backups' look at a pack that is about to be read. */
  private record Look(Named named, PackShown shown, PackSight sight, Checked.Unit unit) {}

  private void read(List<Named> pack) {
    List<Look> looks = new ArrayList<>();
    boolean counted = false;
    for (Named named : pack) {
      Subject subject = named.subject();
      PackTable table = named.table();
      PackShown shown = new PackShown(subject.digests, subject.pages);
      Checked.Unit unit = checked.pack(subject.head.id(), named.number(), table.key());
      if (unit.recall().isPresent()) {
        CheckedNote note = unit.recall().get();
        shown.recall(note.shown());
        unit.takenOver(note, counted ? 0 : table.size(), 0);
        counted = true;
      } else {
        looks.add(
            new Look(named, shown, new PackSight(subject.contents, named.number(), shown), unit));
      }
    }
    if (looks.isEmpty()) {
      watcher.done(pack.getFirst().table().size());
    } else {
      read(pack.getFirst().table(), looks);
    }
  }

  private void read(PackTable pack, List<Look> looks) {
    try {
      cluster
          .packReader()
          .read(
              pack,
              0,
              pack.frames() - 1,
              (frame, content) -> {
                looks.forEach(
                    look -> look.sight().frame(pack.plainStart(frame), content.duplicate()));
                watcher.done(pack.sealedLength(frame));
              });
      if (!looks.stream().allMatch(look -> look.sight().isComplete())) {
        throw FrameReader.damaged(pack.key(), "it ends too early");
      }
    } catch (Failure e) {
      if (e.code() == ErrorCode.OBJECT_FROZEN) {
        looks.forEach(look -> look.named().subject().frozen.incrementAndGet());
        return;
      }
      findings.add(pack.key(), e);
      looks.forEach(look -> look.named().subject().bad.incrementAndGet());
      return;
    }
    if (isEndWhole(pack)) {
      looks.stream()
          .filter(look -> look.shown().isFine())
          .forEach(look -> look.unit().keep(look.shown().noted()));
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
}
