package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.ExpiredDumps;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ObjectInfo;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The holds of a cluster's dumps. */
public final class DumpHolds {
  private static final String FOLDER = "dumps/held/";

  private final ClusterRepository cluster;

  public DumpHolds(ClusterRepository cluster) {
    this.cluster = cluster;
  }

  /** All of them. Of a damaged one the reason is unknown: it holds. */
  public NavigableMap<ObjectKey, Hold> all() {
    String prefix = cluster.prefix() + FOLDER;
    NavigableMap<ObjectKey, Hold> holds = new TreeMap<>();
    for (ObjectInfo object : cluster.list(FOLDER)) {
      Hold.read(cluster, object)
          .ifPresent(
              hold ->
                  holds.put(ObjectKey.of(object.key().value().substring(prefix.length())), hold));
    }
    return holds;
  }

  /**
   * Holds a dump; one that expired and is not removed yet is back with it.
   *
   * @param wait how long a cleanup that runs may take to end
   * @throws Failure OBJECT_MISSING where it or its sidecar is gone; LEASE_HELD; that of a store
   *     that is away
   */
  public Holds.Added add(ObjectKey dump, Hold hold, Duration wait) {
    // A cleanup that began before would remove what it has decided over.
    try (Lease lease = cluster.acquireLease(LeaseRole.CLEANUP, wait)) {
      EveryStore stores = EveryStore.of(cluster.store());
      for (ObjectKey key : new ObjectKey[] {dump, Dumps.sidecarOf(dump)}) {
        if (cluster.store().stat(key).isEmpty()) {
          throw new Failure(
              ErrorCode.OBJECT_MISSING,
              "the dump " + dump.fileName() + " is not whole: " + key + " is not there",
              "nothing was changed; see which there are: mockupaws list --kind logical");
        }
      }
      ExpiredDumps expirations = new ExpiredDumps(cluster);
      boolean expired = expirations.all().containsKey(dump);
      lease.check();
      boolean made =
          cluster.put(cluster.key(FOLDER + dump), ObjectKind.RECORD, hold.encode())
              == CreateOutcome.CREATED;
      expirations.revive(dump);
      stores.check();
      return new Holds.Added(made, expired);
    }
  }

  /**
   * Takes a hold back: the rules decide again.
   *
   * @param name the dump's
   * @return false when there was none
   * @throws Failure that of a store that is away
   */
  public boolean remove(String name) {
    EveryStore stores = EveryStore.of(cluster.store());
    Optional<ObjectKey> held =
        all().keySet().stream().filter(dump -> dump.fileName().equals(name)).findFirst();
    held.ifPresent(dump -> cluster.delete(cluster.key(FOLDER + dump)));
    stores.check();
    return held.isPresent();
  }
}
