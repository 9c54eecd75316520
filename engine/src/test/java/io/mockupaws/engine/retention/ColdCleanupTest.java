package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.MadeDumps;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.thaw.ColdBucket;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two backups and two dumps in a bucket with classes of storage, as months and years pass. */
class ColdCleanupTest {
  private static final BackupId FIRST = new BackupId("20260407T120000Z-full-1a2b");
  private static final BackupId SECOND = new BackupId("20260408T120000Z-full-3c4d");
  private static final Duration HOURS = Duration.ofHours(5);
  private static final CleanupLimits ALL =
      new CleanupLimits(new DeleteLimit.Share(100), /* withoutNewBackup= */ true);

  @TempDir private Path spool = Path.of("");
  private LaterStore store = LaterStore.of(Stores.inMemory(), Duration.ZERO);
  private ColdBucket bucket = new ColdBucket(store, store.clock(), HOURS);
  private Optional<LockedStore> locking = Optional.empty();
  private ObjectKey firstDump = ObjectKey.of("none");

  @BeforeEach
  void aRepository() {
    Store made = Stores.inMemory();
    new MadeBackups(spool, made).usual();
    firstDump = MadeDumps.make(made, "c", "shop", Instant.parse("2026-04-07T12:00:00Z"));
    MadeDumps.make(made, "c", "shop", Instant.parse("2026-04-08T12:00:00Z"));
    // The objects' times are those of this test, not of the backups in it.
    Duration sinceBackups = Duration.between(Instant.parse("2026-04-08T12:00:00Z"), Instant.now());
    store = LaterStore.of(made, sinceBackups.negated());
    store.made(store.clock().instant());
    bucket = new ColdBucket(store, store.clock(), HOURS);
    bucket.inflate();
  }

  private ClusterRepository cluster() {
    Store in = locking.isPresent() ? locking.get() : bucket;
    return Repository.open(in, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom())
        .cluster("c");
  }

  /** As the contract has it, but for the newest, of which one alone is kept for its own sake. */
  private CleanupRun.Done cleanUp(Duration grace) {
    return run(grace, (_, _) -> true);
  }

  private CleanupPlan cleanUp(Duration grace, CleanupRun.Progress progress) {
    CleanupRun.Done done = run(grace, progress);
    assertThat(done.moved().objects()).isZero();
    assertThat(done.moved().failed()).hasSize(1);
    return done.plan();
  }

  private CleanupRun.Done run(Duration grace, CleanupRun.Progress progress) {
    ClusterRepository cluster = cluster();
    RetentionRules rules = ContractRules.keeping(1);
    return new CleanupRun(
            cluster,
            new Cleanups(cluster, MadeDumps.catalogue(cluster), rules, grace),
            ALL,
            store.clock(),
            new SecureRandom())
        .run(Duration.ZERO, progress);
  }

  private Set<StorageClass> of(BackupId backup) {
    Set<StorageClass> classes = new TreeSet<>();
    cluster().manifest(backup).forEachPack(pack -> classes.add(bucket.at(pack.key())));
    return classes;
  }

  @Test
  void whatMonthsAndYearsAreKeptForAloneMovesAndTheNewestStaysWarm() {
    cleanUp(Cleanups.GRACE);
    store.pass(Duration.ofDays(80));
    cleanUp(Cleanups.GRACE);
    assertThat(of(FIRST)).as("the week's first").containsExactly(StorageClass.STANDARD_IA);

    store.pass(Duration.ofDays(10));
    CleanupRun.Done done = cleanUp(Cleanups.GRACE);
    assertThat(of(FIRST)).as("the month's first").containsExactly(StorageClass.GLACIER);
    assertThat(bucket.at(firstDump)).isEqualTo(StorageClass.GLACIER);
    assertThat(of(SECOND)).as("the newest").containsExactly(StorageClass.STANDARD_IA);
    assertThat(done.moved().objects()).isEqualTo(done.plan().moves().size()).isPositive();
    assertThat(cleanUp(Cleanups.GRACE).plan().moves()).as("again").isEmpty();

    store.pass(Duration.ofDays(300));
    assertThat(cleanUp(Cleanups.GRACE).plan().moves())
        .as("what is frozen is not moved on: whoever had it thawed reads it")
        .isEmpty();
  }

  /**
   * A move makes another version without the lock, and the locked one would be paid for as well.
   */
  @Test
  void whatIsLockedStaysWhereItLiesUntilThatIsOver() {
    LockedStore locked = new LockedStore(bucket, 30, store.clock());
    locking = Optional.of(locked);
    store.pass(Duration.ofDays(90));
    List<ObjectKey> packs = new ArrayList<>();
    cluster().manifest(FIRST).forEachPack(pack -> packs.add(pack.key()));
    locked.lockUntil(packs.getFirst(), store.clock().instant().plus(Duration.ofDays(5)));
    locked.lockUntil(firstDump, store.clock().instant().plus(Duration.ofDays(5)));
    cleanUp(Cleanups.GRACE);
    assertThat(bucket.at(packs.getFirst())).isEqualTo(StorageClass.STANDARD_IA);
    assertThat(bucket.at(firstDump)).isEqualTo(StorageClass.STANDARD_IA);
    assertThat(bucket.at(packs.getLast())).isEqualTo(StorageClass.GLACIER);

    store.pass(Duration.ofDays(6));
    cleanUp(Cleanups.GRACE);
    assertThat(of(FIRST)).containsExactly(StorageClass.GLACIER);
    assertThat(bucket.at(firstDump)).isEqualTo(StorageClass.GLACIER);
  }

  @Test
  void whatGoesBeforeItsShortestTimeIsTold() {
    store.pass(Duration.ofDays(3));
    ClusterRepository cluster = cluster();
    Term day = new Term(1, ChronoUnit.DAYS);
    RetentionRules shortly = new RetentionRules(day, day, day, day, day, 1);
    Cleanups cleanups = new Cleanups(cluster, MadeDumps.catalogue(cluster), shortly, Duration.ZERO);
    CleanupPlan plan = cleanups.plan(store.clock().instant());
    assertThat(plan.sweep()).contains(FIRST);
    long packs =
        plan.removals().stream()
            .filter(removal -> removal.kind() == Removal.Kind.PACK)
            .mapToLong(Removal::objects)
            .sum();
    assertThat(plan.paid().objects()).isEqualTo(packs).isPositive();
    assertThat(plan.paid().until())
        .isEqualTo(newestPack().plus(StorageClass.STANDARD_IA.minimum()));
    store.pass(Duration.ofDays(30));
    assertThat(cleanups.plan(store.clock().instant()).paid()).isEqualTo(StillPaid.NONE);
  }

  @Test
  void whatAnotherStoreLacksStaysWhereItCanBeCopiedFrom() {
    store.pass(Duration.ofDays(90));
    Store behind = Stores.inMemory();
    List<ObjectKey> packs = new ArrayList<>();
    cluster().manifest(FIRST).forEachPack(pack -> packs.add(pack.key()));
    ObjectKey copied = packs.getFirst();
    bucket.forEach(
        "",
        "",
        object -> {
          boolean lacks =
              (packs.contains(object.key()) && !object.key().equals(copied))
                  || object.key().equals(firstDump);
          if (!lacks) {
            behind.create(object.key(), store.read(object.key(), 0, Integer.MAX_VALUE));
          }
        });
    try (Store group = Stores.group(List.of(bucket, behind), GroupPolicy.normal())) {
      ClusterRepository both =
          Repository.open(group, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom())
              .cluster("c");
      Moves moves = new Moves(both, new LockRules(group, Instant.now()), store.clock().instant());
      PackReferences all = new PackReferences();
      packs.forEach(all::add);
      assertThat(
              moves.plan(
                  Map.of(StorageClass.GLACIER, all), Map.of(firstDump, StorageClass.GLACIER)))
          .extracting(Move::key)
          .containsExactly(copied);
    }
  }

  @Test
  void aCleanupThatIsBrokenOffWhileItMovesHasRemovedEverything() {
    store.pass(Duration.ofDays(80));
    cleanUp(Cleanups.GRACE);
    store.pass(Duration.ofDays(2));
    cleanUp(Cleanups.GRACE);
    store.pass(Duration.ofDays(8));
    CleanupPlan plan = cleanUp(Cleanups.GRACE, (_, _) -> false);
    assertThat(plan.moves()).isNotEmpty();
    assertThat(of(FIRST)).containsExactly(StorageClass.STANDARD_IA);
  }

  private Instant newestPack() {
    List<Instant> times =
        cluster().list("packs/" + FIRST + "/").stream().map(object -> object.modified()).toList();
    return times.stream().max(Instant::compareTo).orElseThrow();
  }

  @Test
  void aHeldBackupStaysWhereItLies() {
    new Holds(cluster()).add(FIRST, new Hold(store.clock().instant(), ""), Duration.ZERO);
    store.pass(Duration.ofDays(100));
    cleanUp(Cleanups.GRACE);
    assertThat(of(FIRST)).containsExactly(StorageClass.STANDARD_IA);
  }

  /** The newest of a server that is backed up no more is a month's first, too. */
  @Test
  void whatAnyOtherRuleKeepsIsWarmAndSoIsWhatWouldNotStayForItsPrice() {
    Term years = new Term(7, ChronoUnit.YEARS);
    Term months = new Term(12, ChronoUnit.MONTHS);
    Term days = new Term(30, ChronoUnit.DAYS);
    Instant now = Instant.parse("2027-01-01T00:00:00Z");
    Aging aging = new Aging(new RetentionRules(days, months, months, years, days, 1), now);
    Set<Tier> month = Set.of(Tier.MONTHLY);
    Instant old = now.minus(Duration.ofDays(200));
    assertThat(aging.coldest(month, false, old)).isEqualTo(StorageClass.GLACIER);
    assertThat(aging.coldest(month, true, old)).isEqualTo(StorageClass.STANDARD_IA);
    assertThat(aging.coldest(Set.of(Tier.WEEKLY, Tier.MONTHLY), false, old))
        .isEqualTo(StorageClass.STANDARD_IA);
    assertThat(aging.coldest(Set.of(Tier.MONTHLY, Tier.YEARLY), false, old))
        .isEqualTo(StorageClass.GLACIER);
    assertThat(aging.coldest(Set.of(Tier.YEARLY), false, old)).isEqualTo(StorageClass.DEEP_ARCHIVE);
    assertThat(aging.coldest(month, false, now.minus(Duration.ofDays(29))))
        .as("within the daily window")
        .isEqualTo(StorageClass.STANDARD_IA);
    assertThat(aging.coldest(month, false, now.minus(Duration.ofDays(280))))
        .as("85 days are left, 90 would be paid for")
        .isEqualTo(StorageClass.STANDARD_IA);
  }

  @Test
  void aPackHasTheWarmestClassOfThoseThatNeedIt() {
    store.pass(Duration.ofDays(90));
    List<ObjectKey> packs = new ArrayList<>();
    cluster().manifest(FIRST).forEachPack(pack -> packs.add(pack.key()));
    PackReferences all = new PackReferences();
    packs.forEach(all::add);
    PackReferences shared = new PackReferences();
    shared.add(packs.getFirst());
    Moves moves =
        new Moves(cluster(), new LockRules(bucket, Instant.now()), store.clock().instant());
    assertThat(
            moves.plan(
                Map.of(StorageClass.STANDARD_IA, shared, StorageClass.DEEP_ARCHIVE, all), Map.of()))
        .extracting(Move::key)
        .containsExactlyInAnyOrderElementsOf(packs.subList(1, packs.size()));
    assertThat(
            moves.plan(
                Map.of(StorageClass.GLACIER, shared, StorageClass.DEEP_ARCHIVE, all), Map.of()))
        .filteredOn(move -> move.to() == StorageClass.GLACIER)
        .extracting(Move::key)
        .containsExactly(packs.getFirst());
  }

  @Test
  void aStoreWithoutTheClassIsToldOnceAndTheCleanupIsDone() {
    bucket.forgetClasses();
    store.pass(Duration.ofDays(90));
    CleanupRun.Done done = cleanUp(Cleanups.GRACE);
    assertThat(done.plan().moves()).hasSizeGreaterThan(0);
    assertThat(done.moved().objects()).isZero();
    assertThat(done.moved().failed())
        .isNotEmpty()
        .allMatch(what -> what.contains("storage-class=STANDARD"));
  }

  @Test
  void nothingMovesWhereAManifestCannotBeRead() {
    store.pass(Duration.ofDays(90));
    ObjectKey manifest = cluster().manifestKey(SECOND);
    store.damage(manifest);
    assertThat(
            cleanUp(Cleanups.GRACE).plan().moves().stream()
                .filter(move -> move.key().value().contains("/packs/")))
        .isEmpty();
  }
}
