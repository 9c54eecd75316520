package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ObjectInfo;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The holds of a cluster's backups. */
public final class Holds {
  private static final String FOLDER = "holds/";

  private final ClusterRepository cluster;

  public Holds(ClusterRepository cluster) {
    this.cluster = cluster;
  }

  /** All of them, oldest backup first. Of a damaged one the reason is unknown: it holds. */
  public NavigableMap<BackupId, Hold> all() {
    NavigableMap<BackupId, Hold> holds = new TreeMap<>();
    for (ObjectInfo object : cluster.list(FOLDER)) {
      Hold.read(cluster, object)
          .ifPresent(hold -> holds.put(new BackupId(object.key().fileName()), hold));
    }
    return holds;
  }

  /**
   * Holds a backup; one that expired and is not swept yet is back with it.
   *
   * @param wait how long a cleanup that runs may take to end
   * @throws Failure UNKNOWN_BACKUP; OBJECT_MISSING where it expired and packs of it are gone;
   *     LEASE_HELD; that of a store that is away
   */
  public Added add(BackupId backup, Hold hold, Duration wait) {
    // A cleanup that began before would sweep what it has decided over.
    try (Lease lease = cluster.acquireLease(LeaseRole.CLEANUP, wait)) {
      EveryStore stores = EveryStore.of(cluster.store());
      demand(backup);
      boolean expired = cluster.expired().contains(backup);
      if (expired) {
        demandPacks(backup);
      }
      lease.check();
      boolean made =
          cluster.put(key(backup), ObjectKind.RECORD, hold.encode()) == CreateOutcome.CREATED;
      new Expirations(cluster).revive(backup);
      stores.check();
      return new Added(made, expired);
    }
  }

  /**
   * What a hold did.
   *
   * @param made false when it was held already
   * @param back whether it had expired
   */
  public record Added(boolean made, boolean back) {}

  /**
   * Takes a hold back: the rules decide again.
   *
   * @return false when there was none
   * @throws Failure that of a store that is away
   */
  public boolean remove(BackupId backup) {
    EveryStore stores = EveryStore.of(cluster.store());
    boolean held = cluster.list(FOLDER).stream().anyMatch(o -> o.key().equals(key(backup)));
    cluster.delete(key(backup));
    stores.check();
    return held;
  }

  private void demand(BackupId backup) {
    if (!cluster.writtenBackups().contains(backup)) {
      throw new Failure(
          ErrorCode.UNKNOWN_BACKUP,
          "cluster " + cluster.identity().name() + " has no backup " + backup,
          "see which there are: mockupaws list");
    }
  }

  /** One that a broken-off cleanup took packs of is not brought back half. */
  private void demandPacks(BackupId backup) {
    List<PackTable> lacking = cluster.lacking(cluster.manifest(backup).packs());
    if (!lacking.isEmpty()) {
      throw new Failure(
          ErrorCode.OBJECT_MISSING,
          "the backup "
              + backup
              + " expired, and is not whole any more: "
              + lacking.getFirst().key()
              + " is not in every store",
          "nothing was changed; see which backups there are: mockupaws list");
    }
  }

  private ObjectKey key(BackupId backup) {
    return cluster.key(FOLDER + backup);
  }
}
