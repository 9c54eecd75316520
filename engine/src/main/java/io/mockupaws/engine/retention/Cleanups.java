package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StorageClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Plans what a cleanup of a cluster's part of a repository would do. Reads only: listings, the
 * beginning of each manifest, and a few segments' indexes. What it holds grows with the number of
 * backups, not with that of files or of WAL segments.
 */
public final class Cleanups {
  /**
   * So long a backup that expired stays whole. Shorter than a day, so that a daily cleanup sweeps
   * what the one before let expire.
   */
  public static final Duration GRACE = Duration.ofHours(20);

  private final ClusterRepository cluster;
  private final Journal journal;
  private final RetentionRules rules;
  private final Duration grace;
  private final DumpCleanup dumps;

  /**
   * Plans for one cluster.
   *
   * @param catalogue of the same cluster
   * @param grace how long a backup that expired stays whole; zero: not at all
   */
  public Cleanups(
      ClusterRepository cluster, LogicalCatalogue catalogue, RetentionRules rules, Duration grace) {
    this.cluster = cluster;
    this.journal = new Journal(cluster);
    this.rules = rules;
    this.grace = grace;
    this.dumps = new DumpCleanup(cluster, catalogue, rules, grace);
  }

  /** What of it is about logical backups. */
  DumpCleanup dumps() {
    return dumps;
  }

  /**
   * Plans. Whether a backup runs is asked first: one that ended before has its manifest in the
   * listing, and one that begins later has packs that are too young to go.
   */
  public CleanupPlan plan(Instant now) {
    return plan(now, now, cluster.isHeld(LeaseRole.BACKUP));
  }

  /**
   * As above, for who keeps backups away or not.
   *
   * @param storesNow by the store's clock, as the times of its objects are
   */
  CleanupPlan plan(Instant now, Instant storesNow, boolean backupRuns) {
    Map<BackupId, Instant> expired = new Expirations(cluster).all();
    Map<BackupId, String> holds = new HashMap<>();
    new Holds(cluster).all().forEach((backup, hold) -> holds.put(backup, hold.reason()));
    JournalView view = journal.view();
    List<BackupId> unreadable = new ArrayList<>();
    List<BackupId> written = cluster.writtenBackups();
    PackReferences present = present();
    List<ManifestHead> heads = new ArrayList<>();
    Set<BackupId> lacking = new HashSet<>();
    for (ManifestHead head : cluster.readable(written, (id, _) -> unreadable.add(id))) {
      Optional<Boolean> whole = hasItsPacks(head.id(), present);
      whole.ifPresentOrElse(_ -> heads.add(head), () -> unreadable.add(head.id()));
      whole.filter(has -> !has).ifPresent(_ -> lacking.add(head.id()));
    }
    Map<Timeline, Instant> lastStored = lastStored();
    Map<Timeline, TimelineHistory> histories = new TreeMap<>();
    view.allHistories().forEach(history -> histories.put(history.timeline(), history));
    Ways ways = new Ways(histories, lastStored);
    List<KnownBackup> known =
        heads.stream().map(head -> known(view, head, lacking.contains(head.id()))).toList();
    // Of two clocks the one that makes everything younger.
    Instant careful = now.isBefore(storesNow) ? now : storesNow;
    LockRules locks = new LockRules(cluster.store(), careful);
    List<BackupFate> fates =
        locks.applied(
            new BackupRules(known, rules, careful, ways, holds).fates(),
            fate -> cluster.manifestKey(fate.id()));
    Parting parting = Parting.of(known, fates, expired, storesNow, grace);

    Removals removals = new Removals();
    manifests(removals, parting.swept());
    StillPaid paid =
        packs(
            removals,
            locks,
            new PackRules(
                needed(parting.remaining()),
                parting.asIfKept(fates),
                unreadable,
                backupRuns,
                storesNow),
            storesNow);
    List<Hole> gone = new ArrayList<>();
    if (unreadable.isEmpty()) {
      // Of a manifest that cannot be read nobody knows which WAL it needs.
      List<KnownBackup> whole = new ArrayList<>(parting.kept());
      whole.addAll(parting.waitingBackups());
      Instant begin = rules.wal().before(careful).minus(grace);
      wal(removals, locks, new WalRules(whole, begin, ways, lastStored.keySet()), gone);
    }
    marks(removals, Set.copyOf(written));
    List<ManifestHead> visible =
        heads.stream().filter(head -> !expired.containsKey(head.id())).toList();
    DumpPlan dumpPlan = dumps.plan(careful, storesNow);
    return new CleanupPlan(
        fates,
        unreadable,
        parting.expire(),
        parting.revive(),
        parting.waiting(),
        parting.swept().stream().sorted().toList(),
        removals.all(),
        below(gone),
        backupRuns,
        parting.counted(),
        parting.expireCounted(),
        parting.newest(),
        lost(view, visible, parting.keptIds(), gone),
        moves(parting, fates, unreadable, dumpPlan, new Moves(cluster, locks, storesNow)),
        dumpPlan,
        paid,
        locks.counted());
  }

  /** Of a manifest that cannot be read nobody knows which packs it needs: none moves then. */
  private List<Move> moves(
      Parting parting,
      List<BackupFate> fates,
      List<BackupId> unreadable,
      DumpPlan dumpPlan,
      Moves moves) {
    if (!moves.areWanted()) {
      return List.of();
    }
    Map<StorageClass, PackReferences> coldest = new EnumMap<>(StorageClass.class);
    if (unreadable.isEmpty()) {
      Set<BackupId> kept = parting.keptIds();
      fates.stream()
          .filter(fate -> kept.contains(fate.id()))
          .forEach(fate -> needs(coldest, fate.id(), fate.coldest()));
      // What waits may be brought back, and stays as it is.
      parting.waiting().keySet().forEach(id -> needs(coldest, id, StorageClass.STANDARD_IA));
    }
    return moves.plan(coldest, dumpPlan.coldest());
  }

  private void needs(
      Map<StorageClass, PackReferences> coldest, BackupId backup, StorageClass where) {
    PackReferences packs = coldest.computeIfAbsent(where, _ -> new PackReferences());
    cluster.manifest(backup).forEachPack(pack -> packs.add(pack.key()));
  }

  private static Map<Timeline, Lsn> below(List<Hole> gone) {
    Map<Timeline, Lsn> below = new TreeMap<>();
    gone.forEach(hole -> below.merge(hole.timeline(), hole.to(), Lsn::max));
    return below;
  }

  private KnownBackup known(JournalView view, ManifestHead head, boolean lacksPacks) {
    Lsn limit = journal.limit(view, head.timeline(), head.start());
    boolean whole = !lacksPacks && !limit.isBefore(head.stop());
    return KnownBackup.of(head, whole, lacksPacks ? Optional.empty() : replaces(head));
  }

  private PackReferences present() {
    PackReferences present = new PackReferences();
    cluster.forEach("packs/", object -> present.add(object.key()));
    return present;
  }

  /** Empty where its manifest cannot be read to its end. */
  private Optional<Boolean> hasItsPacks(BackupId backup, PackReferences present) {
    AtomicBoolean all = new AtomicBoolean(true);
    try {
      cluster
          .manifest(backup)
          .forEachPack(
              pack -> {
                if (!present.has(pack.key())) {
                  all.set(false);
                }
              });
      return Optional.of(all.get());
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
        throw e;
      }
      return Optional.empty();
    }
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

  private void manifests(Removals removals, Set<BackupId> swept) {
    cluster.forEach(
        "backups/",
        object -> {
          if (swept.contains(new BackupId(object.key().fileName()))) {
            removals.goes(Removal.Kind.MANIFEST, object, "no rule keeps the backup");
          } else {
            removals.stays();
          }
        });
    removals.stays();
  }

  /**
   * A mark goes by the cleanup after the one that its manifest went by: whatever brings the
   * manifest back meanwhile, a store that missed its end for example, brings back no backup.
   */
  private void marks(Removals removals, Set<BackupId> written) {
    cluster.forEach(
        ClusterRepository.EXPIRED,
        object -> {
          BackupId id = new BackupId(object.key().fileName());
          if (written.contains(id)) {
            removals.stays();
          } else {
            removals.goes(Removal.Kind.EXPIRY, object, "its backup is gone");
          }
        });
    removals.stays();
  }

  private PackReferences needed(Set<BackupId> remaining) {
    PackReferences needed = new PackReferences();
    remaining.forEach(id -> cluster.manifest(id).forEachPack(pack -> needed.add(pack.key())));
    return needed;
  }

  private StillPaid packs(Removals removals, LockRules locks, PackRules rules, Instant storesNow) {
    AtomicReference<StillPaid> paid = new AtomicReference<>(StillPaid.NONE);
    cluster.forEach(
        "packs/",
        object ->
            rules
                .garbage(object)
                .filter(_ -> !locks.isYoung(object))
                .ifPresentOrElse(
                    why -> {
                      removals.goes(Removal.Kind.PACK, object, why);
                      paid.updateAndGet(before -> before.and(object, storesNow));
                    },
                    removals::stays));
    removals.stays();
    return paid.get();
  }

  private void wal(Removals removals, LockRules locks, WalRules rules, List<Hole> gone) {
    cluster.forEach(
        "wal/",
        object -> {
          Optional<SegmentName> segment = segment(object);
          if (segment.isEmpty()
              || rules.stays(segment.get(), object.modified())
              || locks.isYoung(object)) {
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
          if (segment.isEmpty()
              || rules.stays(segment.get(), object.modified())
              || locks.isYoung(object)) {
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
      try {
        lost.addAll(
            LostMoments.between(
                timeline,
                journal.ranges(view, timeline, heads),
                journal.ranges(after, timeline, kept)));
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
          throw e;
        }
        lost.add("on timeline " + timeline + " it cannot be told: " + e.what());
      }
    }
    return lost;
  }
}
