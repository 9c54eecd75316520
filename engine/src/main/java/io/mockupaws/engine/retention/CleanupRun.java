package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.journal.RemovedWal;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Right;
import io.mockupaws.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Does what {@link Cleanups} plans, in the order of docs/ORDER.md. No other cleanup runs meanwhile,
 * and no backup until manifests and packs are gone: it would build on them.
 */
public final class CleanupRun {
  /** Beyond, ages are not what they seem. */
  private static final Duration CLOCKS_MAY_DIFFER = Duration.ofDays(1);

  private final ClusterRepository cluster;
  private final Cleanups cleanups;
  private final CleanupLimits limits;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Hears how far it is, and may end it. */
  public interface Progress {
    /**
     * So many objects of these are gone.
     *
     * @return false to end it here: what is left goes by the next cleanup
     */
    boolean removed(long objects, long of);

    /**
     * So many of these were looked at that move to a colder class of storage, which comes last. Who
     * does not tell it apart hears of it as of what is removed.
     *
     * @return false to end it here: what is left moves by the next cleanup
     */
    default boolean moving(long objects, long of) {
      return removed(objects, of);
    }
  }

  /** A cleanup of one cluster's part of a repository. */
  public CleanupRun(
      ClusterRepository cluster,
      Cleanups cleanups,
      CleanupLimits limits,
      InstantSource clock,
      RandomGenerator random) {
    this.cluster = cluster;
    this.cleanups = cleanups;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /**
   * What was done.
   *
   * @param objects that are gone; fewer than planned where something changed meanwhile
   * @param left that were to go by the plan, and turned out to be locked
   * @param moved what became of the moves
   */
  public record Done(CleanupPlan plan, long objects, long bytes, StillLocked left, Moved moved) {}

  /**
   * Plans, and does it.
   *
   * @param wait how long a backup or a cleanup that runs may take to end
   * @throws Failure LEASE_HELD, TOO_MANY_EXPIRE, NO_NEW_BACKUP, CLOCKS_DIFFER, that of a store that
   *     is away: nothing was changed; CLEANUP_INTERRUPTED; those of the store
   */
  public Done run(Duration wait, Progress progress) {
    Removed removed = remove(wait, progress);
    Deletion deletion = removed.deletion();
    // Without a lease: a move changes nothing for anybody else, and may take hours.
    Moved moved =
        new Moves(cluster, new LockRules(cluster.store(), clock.instant()), removed.storesNow())
            .run(removed.plan().moves(), progress);
    return new Done(removed.plan(), deletion.removed(), deletion.bytes(), deletion.left(), moved);
  }

  private record Removed(CleanupPlan plan, Deletion deletion, Instant storesNow) {}

  private Removed remove(Duration wait, Progress progress) {
    try (Lease cleaning = cluster.acquireLease(LeaseRole.CLEANUP, wait)) {
      CleanupPlan plan;
      Deletion deletion;
      Instant storesNow;
      EveryStore stores = EveryStore.of(cluster.store());
      Right right =
          () -> {
            cleaning.check();
            stores.check();
          };
      try (Lease backup = cluster.acquireLease(LeaseRole.BACKUP, wait)) {
        Instant now = clock.instant();
        storesNow = storesNow(now);
        plan = cleanups.plan(now, storesNow, /* backupRuns= */ false);
        limits
            .refusal(plan, new CleanupLog(cluster).last())
            .ifPresent(
                refusal -> {
                  throw refusal;
                });
        Right whileNoBackupRuns =
            () -> {
              backup.check();
              right.check();
            };
        whileNoBackupRuns.check();
        note(plan);
        mark(plan, now);
        deletion = new Deletion(cluster, plan, storesNow, progress);
        deletion.remove(Removal.Kind.MANIFEST, whileNoBackupRuns);
        demandSwept(plan);
        deletion.remove(Removal.Kind.PACK, whileNoBackupRuns);
      }
      cleanups.dumps().remove(plan.dumps(), right, deletion);
      if (!plan.walBelow().isEmpty()) {
        right.check();
        new RemovedWal(cluster).note(plan.walBelow());
      }
      deletion.remove(Removal.Kind.WAL, right);
      deletion.remove(Removal.Kind.SUMMARY, right);
      deletion.remove(Removal.Kind.EXPIRY, right);
      return new Removed(plan, deletion, storesNow);
    }
  }

  private void mark(CleanupPlan plan, Instant now) {
    Expirations expirations = new Expirations(cluster);
    plan.revive().forEach(expirations::revive);
    plan.expire().forEach((backup, reason) -> expirations.expire(backup, reason, now));
    cleanups.dumps().mark(plan.dumps(), now);
  }

  /** Before anything is changed: what is broken off behind it counts as well. */
  private void note(CleanupPlan plan) {
    if (plan.isEmpty()) {
      return;
    }
    List<BackupId> expired = new ArrayList<>(plan.expire().keySet());
    expired.sort(Comparator.naturalOrder());
    new CleanupLog(cluster)
        .add(
            new CleanupRecord(
                clock.instant(),
                plan.newest().orElse(Instant.EPOCH),
                plan.dumps().newest().orElse(Instant.EPOCH),
                expired,
                plan.dumps().dumps().stream()
                    .filter(DumpFate::expires)
                    .map(fate -> fate.dump().name())
                    .toList(),
                plan.objects(),
                plan.bytes()),
            random);
  }

  /** No pack goes while a manifest is left that was to go: it would bring back half a backup. */
  private void demandSwept(CleanupPlan plan) {
    for (BackupId backup : plan.sweep()) {
      for (Store store : stores()) {
        if (store.stat(cluster.manifestKey(backup)).isPresent()) {
          throw new Failure(
              ErrorCode.CLEANUP_INTERRUPTED,
              "the manifest of the backup " + backup + " is in " + store.address() + " still",
              "its packs stay; let a replication that runs come to its end, then: mockupaws"
                  + " cleanup");
        }
      }
    }
  }

  private List<Store> stores() {
    List<Store> stores = new ArrayList<>();
    cluster.store().members().forEach(member -> stores.add(member.store()));
    return stores.isEmpty() ? List.of(cluster.store()) : stores;
  }

  /**
   * The time by the clock by which the objects' times are: of several stores, the earliest.
   *
   * @throws Failure CLOCKS_DIFFER
   */
  private Instant storesNow(Instant now) {
    Instant earliest = Instant.MAX;
    for (Store store : stores()) {
      Instant theirs = newestLease(store);
      if (Duration.between(now, theirs).abs().compareTo(CLOCKS_MAY_DIFFER) > 0) {
        throw new Failure(
            ErrorCode.CLOCKS_DIFFER,
            "the clock of "
                + store.address()
                + " says "
                + theirs
                + ", this host's "
                + now
                + ": nobody knows how old anything is",
            "set the clocks by NTP on both sides; see mockupaws doctor");
      }
      earliest = theirs.isBefore(earliest) ? theirs : earliest;
    }
    return earliest;
  }

  /** When the lease that this process holds was made, by a store's clock. */
  private Instant newestLease(Store store) {
    List<Instant> times = new ArrayList<>();
    store.forEach(cluster.prefix() + "lease/cleanup/", "", object -> times.add(object.modified()));
    return times.stream()
        .max(Comparator.naturalOrder())
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.LEASE_LOST,
                    "the store " + store.address() + " does not show the cleanup's lease",
                    "look for another mockupaws that writes for this cluster, then start again"));
  }
}
