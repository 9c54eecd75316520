package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.store.ObjectInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Plans what a cleanup of a cluster's part of a repository would remove. Reads only: listings, the
 * beginning of each manifest, and a few segments' indexes. What it holds grows with the number of
 * backups, not with that of files or of WAL segments.
 */
public final class Cleanups {
  private final ClusterRepository cluster;
  private final Journal journal;
  private final RetentionRules rules;
  private final Instant now;

  /** A plan for one cluster as it is at a moment. */
  public Cleanups(ClusterRepository cluster, RetentionRules rules, Instant now) {
    this.cluster = cluster;
    this.journal = new Journal(cluster);
    this.rules = rules;
    this.now = now;
  }

  /**
   * Plans. Whether a backup runs is asked first: one that ended before has its manifest in the
   * listing, and one that begins later has packs that are too young to go.
   */
  public CleanupPlan plan() {
    boolean backupRuns = cluster.isHeld(LeaseRole.BACKUP);
    JournalView view = journal.view();
    List<BackupId> unreadable = new ArrayList<>();
    List<ManifestHead> heads = cluster.readableBackups((id, _) -> unreadable.add(id));
    Map<Timeline, Instant> lastStored = lastStored();
    Ways ways = new Ways(view.histories(), lastStored);
    List<KnownBackup> known = heads.stream().map(head -> known(view, head)).toList();
    List<BackupFate> fates = new BackupRules(known, rules, now, ways).fates();
    Set<BackupId> stay = new HashSet<>();
    fates.stream().filter(BackupFate::stays).forEach(fate -> stay.add(fate.id()));
    List<KnownBackup> kept = known.stream().filter(b -> stay.contains(b.id())).toList();

    Removals removals = new Removals();
    manifests(removals, stay, unreadable);
    packs(removals, new PackRules(needed(stay), fates, unreadable, backupRuns, now));
    List<Hole> gone = new ArrayList<>();
    if (unreadable.isEmpty()) {
      // Of a manifest that cannot be read nobody knows which WAL it needs.
      wal(removals, new WalRules(kept, rules.wal().before(now), ways, lastStored.keySet()), gone);
    }
    return new CleanupPlan(
        fates, unreadable, removals.all(), backupRuns, lost(view, heads, stay, gone));
  }

  private KnownBackup known(JournalView view, ManifestHead head) {
    Lsn limit = journal.limit(view, head.timeline(), head.start());
    return KnownBackup.of(head, !limit.isBefore(head.stop()), replaces(head));
  }

  /** Only one whose packs are in every store takes another's place. */
  private Optional<BackupId> replaces(ManifestHead head) {
    return head.consolidates()
        .filter(_ -> cluster.lacking(cluster.manifest(head.id()).packs()).isEmpty());
  }

  /** When the newest WAL of each timeline came. */
  private Map<Timeline, Instant> lastStored() {
    Map<Timeline, Instant> last = new TreeMap<>();
    cluster.forEach(
        "wal/", object -> segment(object).ifPresent(s -> note(last, s.timeline(), object)));
    cluster.forEach(
        "tail/",
        object -> {
          String[] parts = object.key().value().split("/", -1);
          SegmentName.parse(parts[parts.length - 2], cluster.identity().walSegmentSize())
              .ifPresent(s -> note(last, s.timeline(), object));
        });
    return last;
  }

  private static void note(Map<Timeline, Instant> last, Timeline timeline, ObjectInfo object) {
    last.merge(timeline, object.modified(), (a, b) -> a.isAfter(b) ? a : b);
  }

  private Optional<SegmentName> segment(ObjectInfo object) {
    return SegmentName.parse(object.key().fileName(), cluster.identity().walSegmentSize());
  }

  private void manifests(Removals removals, Set<BackupId> stay, List<BackupId> unreadable) {
    cluster.forEach(
        "backups/",
        object -> {
          BackupId id = new BackupId(object.key().fileName());
          if (stay.contains(id) || unreadable.contains(id)) {
            removals.stays();
          } else {
            removals.goes(Removal.Kind.MANIFEST, object, "no rule keeps the backup");
          }
        });
    removals.stays();
  }

  private PackReferences needed(Set<BackupId> stay) {
    PackReferences needed = new PackReferences();
    stay.forEach(id -> cluster.manifest(id).forEachPack(pack -> needed.add(pack.key())));
    return needed;
  }

  private void packs(Removals removals, PackRules rules) {
    cluster.forEach(
        "packs/",
        object ->
            rules
                .garbage(object)
                .ifPresentOrElse(
                    why -> removals.goes(Removal.Kind.PACK, object, why), removals::stays));
    removals.stays();
  }

  private void wal(Removals removals, WalRules rules, List<Hole> gone) {
    cluster.forEach(
        "wal/",
        object -> {
          Optional<SegmentName> segment = segment(object);
          if (segment.isEmpty() || rules.stays(segment.get(), object.modified())) {
            removals.stays();
          } else {
            removals.goes(
                Removal.Kind.WAL, object, "before the window, and no backup that stays needs it");
            note(gone, segment.get());
          }
        });
    cluster.forEach(
        "summaries/",
        object -> {
          Optional<SegmentName> segment = segment(object);
          if (segment.isEmpty() || rules.stays(segment.get(), object.modified())) {
            removals.stays();
          } else {
            removals.goes(Removal.Kind.SUMMARY, object, "its WAL goes, or is gone");
          }
        });
    removals.stays();
  }

  private static void note(List<Hole> gone, SegmentName segment) {
    Lsn from = segment.start();
    if (!gone.isEmpty()
        && gone.getLast().timeline().equals(segment.timeline())
        && gone.getLast().to().equals(from)) {
      from = gone.removeLast().from();
    }
    gone.add(new Hole(segment.timeline(), from, segment.end(), Hole.Kind.DAMAGED, "removed"));
  }

  /** Compares what can be recovered with what there is and with what would be left. */
  private List<String> lost(
      JournalView view, List<ManifestHead> heads, Set<BackupId> stay, List<Hole> gone) {
    List<ManifestHead> kept = heads.stream().filter(head -> stay.contains(head.id())).toList();
    JournalView after = view.with(gone);
    List<String> lost = new ArrayList<>();
    for (Timeline timeline : view.timelines()) {
      lost.addAll(
          LostMoments.between(
              timeline,
              journal.ranges(view, timeline, heads),
              journal.ranges(after, timeline, kept)));
    }
    return lost;
  }
}
