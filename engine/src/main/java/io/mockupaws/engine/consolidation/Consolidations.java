package io.mockupaws.engine.consolidation;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Consolidates backups: what a backup needs of packs that hold mostly garbage, or of very many
 * small ones, is copied into packs of its own, and a manifest is written that needs the others no
 * more. No server is asked. Nothing is removed: the backup before stays whole until a cleanup takes
 * it away.
 */
public final class Consolidations {
  /** Longer than a lease outlives a holder that died on another host. */
  private static final Duration LEASE_WAIT = Duration.ofSeconds(40);

  private final ClusterRepository repository;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Portions portions;

  public Consolidations(ClusterRepository repository, InstantSource clock, RandomGenerator random) {
    this(repository, clock, random, Portions.usual());
  }

  /** As above, divided in another way. */
  public Consolidations(
      ClusterRepository repository,
      InstantSource clock,
      RandomGenerator random,
      Portions portions) {
    this.repository = repository;
    this.clock = clock;
    this.random = random;
    this.portions = portions;
  }

  /**
   * What a consolidation would rewrite.
   *
   * @throws Failure DAMAGED_OBJECT, OBJECT_MISSING
   */
  public ConsolidationPlan plan(BackupId backup) {
    PackUse use = new PackUse();
    repository.manifest(backup).forEach(use);
    BitSet rewrite = use.toRewrite();
    long content = 0;
    long needed = 0;
    long copied = 0;
    long released = 0;
    for (int pack = 0; pack < use.packs().size(); pack++) {
      content += use.content(pack);
      needed += use.needed(pack);
      if (rewrite.get(pack)) {
        copied += use.needed(pack);
        released += use.content(pack) - use.needed(pack);
      }
    }
    return new ConsolidationPlan(
        backup,
        use.packs().size(),
        content,
        needed,
        rewrite,
        copied,
        released,
        obstacles(backup, use));
  }

  private List<String> obstacles(BackupId backup, PackUse use) {
    List<String> obstacles = new ArrayList<>();
    repository.readableBackups((_, _) -> {}).stream()
        .filter(head -> head.consolidates().filter(backup::equals).isPresent())
        .findFirst()
        .ifPresent(head -> obstacles.add("it was consolidated already, into " + head.id()));
    List<PackTable> lacking = repository.lacking(use.packs());
    if (!lacking.isEmpty()) {
      obstacles.add(
          "packs of it are not in every store, or not whole; the first of them is "
              + lacking.getFirst().key()
              + ": see mockupaws verify, mockupaws replicate");
    }
    return obstacles;
  }

  /**
   * Does what a plan says, a portion after the other, each with a manifest of its own. It ends when
   * all is done, when it is told to, when a backup wants to begin, or when one came between: what
   * was done by then stays. When this throws, nothing of it is visible.
   *
   * @throws Failure NOT_CONSOLIDATED, LEASE_HELD, BACKUP_INTERRUPTED, DAMAGED_OBJECT,
   *     OBJECT_MISSING, those of the store
   */
  public Consolidated run(ConsolidationPlan plan, ConsolidationProgress progress) {
    demandPossible(plan);
    Instant begun = clock.instant();
    Portion portion = portion(plan.backup(), 0, plan.copied(), progress, LEASE_WAIT);
    long stored = portion.stored();
    long copied = portion.copied();
    while (portion.isFull() && isNewest(portion.id())) {
      try {
        portion = portion(portion.id(), copied, plan.copied(), progress, Duration.ZERO);
      } catch (Failure e) {
        if (!isInTheWay(e)) {
          throw e;
        }
        break; // what was done is done
      }
      stored += portion.stored();
      copied += portion.copied();
    }
    return new Consolidated(
        plan,
        portion.id(),
        stored,
        Duration.between(begun, clock.instant()),
        portion.end() == Portion.End.ALL);
  }

  private Portion portion(
      BackupId backup, long before, long total, ConsolidationProgress progress, Duration wait) {
    try (Lease lease = repository.acquireLease(LeaseRole.BACKUP, wait)) {
      // somebody else may have consolidated it while we waited
      ConsolidationPlan ready = plan(backup);
      demandPossible(ready);
      ConsolidationProgress shifted = (done, _) -> progress.goOn(before + done, total);
      Breaks breaks = new Breaks(repository, clock, lease, shifted, portions);
      return new Rewriting(repository, ready, breaks).run(random);
    }
  }

  private boolean isNewest(BackupId id) {
    return repository.backupIds().stream()
        .noneMatch(other -> other.compareTo(id) > 0 && !other.isOfOneSecondWith(id));
  }

  private static boolean isInTheWay(Failure e) {
    return e.code() == ErrorCode.LEASE_HELD
        || e.code() == ErrorCode.NOT_CONSOLIDATED
        || e.code() == ErrorCode.BACKUP_INTERRUPTED;
  }

  private static void demandPossible(ConsolidationPlan plan) {
    if (!plan.obstacles().isEmpty()) {
      throw new Failure(
          ErrorCode.NOT_CONSOLIDATED,
          plan.backup() + " is not consolidated: " + plan.obstacles().getFirst(),
          "nothing was changed; the backup is as it was");
    }
  }

  /** Consolidates a backup when it is time for it; empty when it is not. */
  public Optional<Consolidated> whenDue(BackupId backup, ConsolidationProgress progress) {
    return Optional.of(plan(backup))
        .filter(ConsolidationPlan::isDue)
        .map(plan -> run(plan, progress));
  }
}
