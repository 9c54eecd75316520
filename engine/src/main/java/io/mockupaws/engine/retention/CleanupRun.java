package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.journal.RemovedWal;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
   */
  public record Done(CleanupPlan plan, long objects, long bytes) {}

  /**
   * Plans, and does it.
   *
   * @param wait how long a backup or a cleanup that runs may take to end
   * @throws Failure LEASE_HELD, TOO_MANY_EXPIRE, NO_NEW_BACKUP, CLOCKS_DIFFER, that of a store that
   *     is away: nothing was changed; CLEANUP_INTERRUPTED; those of the store
   */
  public Done run(Duration wait, Progress progress) {
    try (Lease cleaning = cluster.acquireLease(LeaseRole.CLEANUP, wait)) {
      CleanupPlan plan;
      Deletion deletion;
      try (Lease backup = cluster.acquireLease(LeaseRole.BACKUP, wait)) {
        demandAllHere();
        Instant now = clock.instant();
        Instant storesNow = storesNow(now);
        plan = cleanups.plan(now, storesNow, /* backupRuns= */ false);
        limits
            .refusal(plan, new CleanupLog(cluster).last())
            .ifPresent(
                refusal -> {
                  throw refusal;
                });
        backup.check();
        mark(plan, now);
        deletion = new Deletion(cluster, plan, storesNow, progress);
        deletion.remove(Removal.Kind.MANIFEST, backup);
        deletion.remove(Removal.Kind.PACK, backup);
      }
      if (!plan.walBelow().isEmpty()) {
        cleaning.check();
        new RemovedWal(cluster).note(plan.walBelow());
      }
      deletion.remove(Removal.Kind.WAL, cleaning);
      deletion.remove(Removal.Kind.SUMMARY, cleaning);
      deletion.remove(Removal.Kind.EXPIRY, cleaning);
      note(plan, deletion);
      return new Done(plan, deletion.removed(), deletion.bytes());
    }
  }

  private void mark(CleanupPlan plan, Instant now) {
    Expirations expirations = new Expirations(cluster);
    plan.revive().forEach(expirations::revive);
    for (Map.Entry<BackupId, String> one : plan.expire().entrySet()) {
      if (plan.waiting().containsKey(one.getKey())) {
        expirations.expire(one.getKey(), one.getValue(), now);
      }
    }
  }

  private void note(CleanupPlan plan, Deletion deletion) {
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
                expired,
                deletion.removed(),
                deletion.bytes()),
            random);
  }

  /** What a store that is away keeps would come back from there. */
  private void demandAllHere() {
    for (Member member : cluster.store().members()) {
      member
          .away()
          .ifPresent(
              fault -> {
                throw new Failure(
                    fault.code(),
                    "the store "
                        + member.address()
                        + " cannot be reached, and what is removed would come back from it: "
                        + fault.what(),
                    "clean up when every store can be reached; see mockupaws doctor",
                    fault);
              });
    }
  }

  /**
   * The time by the clock by which the objects' times are: of several stores, the earliest.
   *
   * @throws Failure CLOCKS_DIFFER
   */
  private Instant storesNow(Instant now) {
    List<Store> stores = new ArrayList<>();
    cluster.store().members().forEach(member -> stores.add(member.store()));
    if (stores.isEmpty()) {
      stores.add(cluster.store());
    }
    Instant earliest = Instant.MAX;
    for (Store store : stores) {
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
