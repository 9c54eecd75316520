package io.mockupaws.engine.retention;

import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.ExpiredDumps;
import io.mockupaws.engine.repository.Right;
import io.mockupaws.store.ObjectInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What becomes of the logical backups of a cluster: plans it, and does it. */
final class DumpCleanup {
  private final ClusterRepository cluster;
  private final LogicalCatalogue catalogue;
  private final RetentionRules rules;
  private final Duration grace;
  private final ExpiredDumps expirations;

  DumpCleanup(
      ClusterRepository cluster, LogicalCatalogue catalogue, RetentionRules rules, Duration grace) {
    this.cluster = cluster;
    this.catalogue = catalogue;
    this.rules = rules;
    this.grace = grace;
    this.expirations = new ExpiredDumps(cluster);
  }

  /**
   * Plans.
   *
   * @param careful of two clocks the earlier
   * @param storesNow by the clock by which the objects' times are
   */
  DumpPlan plan(Instant careful, Instant storesNow) {
    Map<ObjectKey, Instant> expired = expirations.all();
    Map<ObjectKey, Hold> holds = new DumpHolds(cluster).all();
    LogicalCatalogue.Listed listed = catalogue.written();
    List<DumpFate> fates = new ArrayList<>();
    List<DumpRemoval> removals = new ArrayList<>();
    boolean newer = isNewer(listed.backups(), expired);
    LockRules locks = new LockRules(cluster.store(), careful);
    for (DumpRules.Fate decided : new DumpRules(listed.backups(), rules, careful, holds).fates()) {
      Optional<Instant> since = Optional.ofNullable(expired.get(decided.dump().key()));
      DumpRules.Fate unlocked =
          newer || decided.stays() || since.isPresent()
              ? decided
              : new DumpRules.Fate(
                  decided.dump(), true, List.of("no dump was taken since the last cleanup"));
      Optional<Instant> locked =
          unlocked.stays() ? Optional.empty() : lockedUntil(locks, unlocked.dump());
      DumpRules.Fate fate = locked.map(unlocked::lockedUntil).orElse(unlocked);
      Optional<Instant> until =
          Optional.of(since.orElse(storesNow).plus(grace))
              .filter(end -> !fate.stays() && end.isAfter(storesNow));
      fates.add(
          new DumpFate(
              fate.dump(),
              fate.stays(),
              fate.reasons(),
              since.isPresent(),
              until,
              locked,
              fate.coldest()));
    }
    fates.stream().filter(DumpFate::goes).forEach(fate -> goes(removals, fate.dump()));
    Set<ObjectKey> known = new HashSet<>(holds.keySet());
    listed.backups().forEach(dump -> known.add(dump.key()));
    expired.forEach(
        (dump, since) -> {
          if (!known.contains(dump) && !since.plus(grace).isAfter(storesNow)) {
            leftOver(removals, dump);
          }
        });
    removals.sort((a, b) -> a.kind().compareTo(b.kind()));
    return new DumpPlan(fates, removals, listed.others());
  }

  private static Optional<Instant> lockedUntil(LockRules locks, LogicalBackup dump) {
    return Stream.of(dump.key(), dump.sidecarKey())
        .map(locks::until)
        .flatMap(Optional::stream)
        .max(Instant::compareTo);
  }

  /** One is let expire only where another came since the last cleanup that did anything. */
  private boolean isNewer(List<LogicalBackup> dumps, Map<ObjectKey, Instant> expired) {
    Instant seen =
        new CleanupLog(cluster).last().map(CleanupRecord::newestDump).orElse(Instant.EPOCH);
    return DumpPlan.newest(dumps.stream().filter(dump -> !expired.containsKey(dump.key())))
        .filter(newest -> newest.isAfter(seen))
        .isPresent();
  }

  private void goes(List<DumpRemoval> removals, LogicalBackup dump) {
    long sidecar = cluster.store().stat(dump.sidecarKey()).map(ObjectInfo::size).orElse(0L);
    String why = "no rule keeps the dump";
    removals.add(new DumpRemoval(DumpRemoval.Kind.SIDECAR, dump.sidecarKey(), sidecar, why));
    removals.add(new DumpRemoval(DumpRemoval.Kind.DUMP, dump.key(), dump.facts().size(), why));
  }

  /**
   * Half of a dump whose mark a cleanup made while it was proven: that one was broken off. Where
   * both halves are there and are not proven any more, nobody knows better: they stay.
   */
  private void leftOver(List<DumpRemoval> removals, ObjectKey dump) {
    Optional<ObjectInfo> content = cluster.store().stat(dump);
    Optional<ObjectInfo> sidecar = cluster.store().stat(Dumps.sidecarOf(dump));
    if (content.isPresent() && sidecar.isPresent()) {
      return;
    }
    String why = "its dump expired, and is half removed";
    content.ifPresent(
        it -> removals.add(new DumpRemoval(DumpRemoval.Kind.DUMP, it.key(), it.size(), why)));
    sidecar.ifPresent(
        it -> removals.add(new DumpRemoval(DumpRemoval.Kind.SIDECAR, it.key(), it.size(), why)));
    if (content.isEmpty() && sidecar.isEmpty()) {
      removals.add(
          new DumpRemoval(
              DumpRemoval.Kind.EXPIRY, expirations.markOf(dump), 0, "its dump is gone"));
    }
  }

  /** Lets expire what the plan says, and brings back. */
  void mark(DumpPlan plan, Instant now) {
    for (DumpFate fate : plan.dumps()) {
      if (fate.isBack()) {
        expirations.revive(fate.dump().key());
      } else if (fate.expires()) {
        expirations.expire(fate.dump().key(), String.join("; ", fate.reasons()), now);
      }
    }
  }

  /**
   * Removes what the plan names: sidecars first, so that no listing takes half a dump for a backup.
   *
   * @param deletion counts
   */
  void remove(DumpPlan plan, Right right, Deletion deletion) {
    for (DumpRemoval removal : plan.removals()) {
      right.check();
      Optional<Instant> locked = deletion.lockedUntil(removal.key());
      if (locked.isPresent()) {
        deletion.leftOne(removal.bytes(), locked.get());
        continue;
      }
      cluster.delete(removal.key());
      right.check();
      deletion.removedOne(removal.bytes());
    }
  }
}
