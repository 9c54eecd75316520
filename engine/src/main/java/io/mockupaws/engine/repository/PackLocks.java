package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.store.Locks;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The locks of the packs that a manifest is about to name: they are extended before it is made, so
 * that it is never locked longer than what it needs. Packs that the newest backup names need
 * nothing while that one is locked long enough: with its manifest they were.
 */
final class PackLocks {
  /** The manifest is made so long afterwards at most. */
  private static final Duration AHEAD = Duration.ofHours(1);

  private final ClusterRepository cluster;
  private final Locks locks;

  PackLocks(ClusterRepository cluster, Locks locks) {
    this.cluster = cluster;
    this.locks = locks;
  }

  /**
   * Extends the locks of packs of a backup that has no manifest yet.
   *
   * @throws Failure those of the store
   */
  void extend(List<PackTable> packs) {
    Set<ObjectKey> locked = lockedByNewest();
    extend(locks, packs.stream().map(PackTable::key).filter(key -> !locked.contains(key)).toList());
  }

  /** Extends the locks of all packs of a manifest that is about to be made. */
  static void extend(Locks locks, List<ObjectKey> packs) {
    AtOnce.of(
        packs,
        key -> {
          locks.extendAsIfMadeIn(AHEAD, key);
          return key;
        });
  }

  private Set<ObjectKey> lockedByNewest() {
    Set<ObjectKey> locked = new HashSet<>();
    List<BackupId> backups = cluster.writtenBackups();
    if (backups.isEmpty()
        || !locks.isLockedAsIfMadeIn(AHEAD, cluster.manifestKey(backups.getLast()))) {
      return locked;
    }
    try {
      cluster.manifest(backups.getLast()).forEachPack(pack -> locked.add(pack.key()));
      return locked;
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
        throw e;
      }
      return Set.of();
    }
  }
}
