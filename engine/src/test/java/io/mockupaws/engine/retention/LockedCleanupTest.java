package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.logical.MadeDumps;
import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationListener;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository in a store that locks for 30 days, from the first backup to the last lock's end. */
class LockedCleanupTest {
  private static final BackupId FIRST = MadeBackups.FIRST;
  private static final BackupId SECOND = MadeBackups.SECOND;
  private static final BackupId THIRD = new BackupId("20260409T120000Z-incremental-5e6f");
  private static final int DAYS = 30;
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  @TempDir private Path spool = Path.of("");
  private LaterStore inner = LaterStore.of(Stores.inMemory(), Duration.ZERO);
  private LockedStore store = new LockedStore(inner, DAYS, inner.clock());
  private Optional<MadeBackups> backups = Optional.empty();

  @BeforeEach
  void aRepository() {
    inner = LaterStore.of(Stores.inMemory(), Duration.ZERO);
    store = new LockedStore(inner, DAYS, inner.clock());
    backups = Optional.of(new MadeBackups(spool, store).usual());
  }

  private Repository repository(Store in) {
    return Repository.open(in, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom());
  }

  private ClusterRepository cluster() {
    return repository(store).cluster("c");
  }

  private Cleanups cleanups(ClusterRepository cluster) {
    Term day = new Term(1, ChronoUnit.DAYS);
    return new Cleanups(
        cluster,
        MadeDumps.catalogue(cluster),
        new RetentionRules(day, day, day, day, day, 1),
        Cleanups.GRACE);
  }

  private CleanupRun.Done cleanUp(Store in) {
    ClusterRepository cluster = repository(in).cluster("c");
    return new CleanupRun(
            cluster,
            cleanups(cluster),
            new CleanupLimits(new DeleteLimit.Share(100), /* withoutNewBackup= */ true),
            inner.clock(),
            new SecureRandom())
        .run(Duration.ZERO, (_, _) -> true);
  }

  private CleanupRun.Done cleanUp() {
    CleanupRun.Done done = cleanUp(store);
    assertThat(store.hidden()).as("removed before its time").isEmpty();
    return done;
  }

  private List<ObjectKey> keys(String part) {
    List<ObjectKey> keys = new ArrayList<>();
    store.forEach("", "", object -> keys.add(object.key()));
    return keys.stream().filter(key -> key.value().contains(part)).toList();
  }

  private Instant lockedUntil(ObjectKey key) {
    return store.lockedUntil(key).orElseThrow();
  }

  private void assertWhole() {
    Repository repository = repository(store);
    VerifyReport report =
        new Verifier(repository, repository.cluster("c"))
            .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {});
    assertThat(report.isWhole()).as("%s", report.findings()).isTrue();
  }

  private static Optional<BackupFate> fate(CleanupPlan plan, BackupId id) {
    return plan.backups().stream().filter(one -> one.id().equals(id)).findFirst();
  }

  @Test
  void whatNoRuleKeepsStaysWholeForItsLockAndGoesAfterIt() {
    inner.pass(Duration.ofDays(10));
    Instant until = lockedUntil(cluster().manifestKey(FIRST));
    List<ObjectKey> packs = keys("/packs/" + FIRST);
    List<ObjectKey> wal = keys("/wal/");

    CleanupRun.Done done = cleanUp();

    BackupFate first = fate(done.plan(), FIRST).orElseThrow();
    assertThat(first.stays()).isTrue();
    assertThat(first.locked()).contains(until);
    assertThat(first.reasons()).first().isEqualTo("locked until " + until);
    assertThat(fate(done.plan(), SECOND).orElseThrow().locked()).as("a rule keeps it").isEmpty();
    assertThat(done.objects()).isZero();
    assertThat(done.plan().expire()).isEmpty();
    assertThat(cluster().backupIds()).containsExactly(FIRST, SECOND);
    assertThat(keys("/packs/" + FIRST)).isEqualTo(packs);
    assertThat(keys("/wal/")).isEqualTo(wal);
    assertThat(done.plan().locked().objects()).as("WAL between, and its summaries").isPositive();
    assertThat(done.plan().locked().bytes()).isPositive();
    assertThat(done.plan().locked().until()).contains(until);
    assertWhole();

    inner.pass(Duration.between(inner.clock().instant(), until).plusSeconds(60));
    assertThat(cleanUp().plan().expire()).containsOnlyKeys(FIRST);
    assertThat(keys("/wal/")).hasSizeLessThan(wal.size());
    inner.pass(Cleanups.GRACE.plusHours(1));
    done = cleanUp();
    assertThat(keys("/packs/" + FIRST)).isEmpty();
    assertThat(done.left()).isEqualTo(StillLocked.NONE);
    assertThat(done.plan().locked()).isEqualTo(StillLocked.NONE);
    assertWhole();
  }

  /** The packs are older than the backup that needs them, and so would their locks be. */
  @Test
  void whatABackupTakesOfAnEarlierOneIsLockedAsLongAsItself() {
    inner.pass(Duration.ofDays(10));
    backups.orElseThrow().upon(THIRD, SECOND, lsn(SECOND).start(), lsn(SECOND).stop());
    Instant until = lockedUntil(cluster().manifestKey(THIRD));
    cluster()
        .manifest(THIRD)
        .forEachPack(pack -> assertThat(lockedUntil(pack.key())).isAfterOrEqualTo(until));
    assertThat(until).isAfter(lockedUntil(cluster().manifestKey(SECOND)));
    assertThat(lockedUntil(keys("/packs/" + FIRST).getFirst())).as("not of others").isBefore(until);

    // Of one day nothing is extended again, however many backups there are.
    int questions = store.questions();
    backups
        .orElseThrow()
        .upon(
            new BackupId("20260409T130000Z-incremental-0001"),
            THIRD,
            lsn(SECOND).start(),
            lsn(SECOND).stop());
    assertThat(store.questions() - questions).isLessThanOrEqualTo(1 + 1);
  }

  @Test
  void soItIsInAStoreThatTheManifestIsBroughtToLater() {
    List<ObjectKey> packs = keys("/packs/" + SECOND);
    Instant before = lockedUntil(packs.getFirst());
    inner.pass(Duration.ofDays(10));
    backups.orElseThrow().upon(THIRD, SECOND, lsn(SECOND).start(), lsn(SECOND).stop());
    LaterStore other = LaterStore.of(store, Duration.ofDays(10));
    // What it looks like in a store that was away for the time of the third.
    store.delete(cluster().manifestKey(THIRD));
    packs.forEach(pack -> store.lockUntil(pack, before));

    Store group = Stores.group(List.of(other, store), GroupPolicy.normal());
    new Replication(group, cluster().copier()).replicate(ReplicationListener.silent());

    Instant until = lockedUntil(cluster().manifestKey(THIRD));
    assertThat(until).isAfter(before);
    packs.forEach(pack -> assertThat(lockedUntil(pack)).isAfterOrEqualTo(until));
  }

  private record Span(Lsn start, Lsn stop) {}

  private Span lsn(BackupId id) {
    var head = cluster().manifest(id).head();
    return new Span(head.start(), head.stop());
  }

  /** The answer to a deletion does not tell: who asked before leaves it there. */
  @Test
  void whatIsLockedLongerThanItsAgeSaysIsAskedForAndLeft() {
    inner.pass(Duration.ofDays(40));
    CleanupPlan plan = cleanups(cluster()).plan(inner.clock().instant());
    Removal wal =
        plan.removals().stream()
            .filter(one -> one.kind() == Removal.Kind.WAL)
            .findFirst()
            .orElseThrow();
    Instant longer = inner.clock().instant().plus(Duration.ofDays(5)).truncatedTo(ChronoUnit.DAYS);
    store.lockUntil(wal.first(), longer);

    CleanupRun.Done done = cleanUp();

    assertThat(store.stat(wal.first())).isPresent();
    assertThat(done.left().objects()).isEqualTo(1);
    assertThat(done.left().until()).contains(longer);
    assertThat(done.objects()).isEqualTo(done.plan().objects() - 1);
    inner.pass(Duration.ofDays(6));
    cleanUp();
    assertThat(store.stat(wal.first())).isEmpty();
  }

  @Test
  void soDoesADumpWithItsSidecar() {
    List<ObjectKey> dumps = new ArrayList<>();
    for (int day = 0; day < 3; day++) {
      dumps.add(MadeDumps.make(store, "c", "shop", NOON.plus(Duration.ofDays(day))));
    }
    inner.pass(Duration.ofDays(10));
    DumpPlan plan = cleanUp().plan().dumps();
    Instant until = lockedUntil(dumps.getFirst());
    assertThat(plan.dumps().getFirst().locked()).contains(until);
    assertThat(plan.dumps().getFirst().reasons()).first().isEqualTo("locked until " + until);
    assertThat(plan.dumps()).allMatch(DumpFate::stays);

    inner.pass(Duration.ofDays(30));
    cleanUp();
    inner.pass(Cleanups.GRACE.plusHours(1));
    ObjectKey sidecar = Dumps.sidecarOf(dumps.getFirst());
    // Half of it is gone, by a cleanup that broke off.
    store.delete(sidecar);
    store.lockUntil(dumps.getFirst(), inner.clock().instant().plus(Duration.ofDays(5)));
    assertThat(cleanUp().left().objects()).isEqualTo(1);
    assertThat(store.stat(dumps.getFirst())).isPresent();
    inner.pass(Duration.ofDays(6));
    cleanUp();
    assertThat(store.stat(dumps.getFirst())).isEmpty();
  }

  /** What one of several stores has locked stays in all of them. */
  @Test
  void whatOneOfSeveralStoresLocksStaysInAll() {
    LaterStore plain = LaterStore.of(store, Duration.ofDays(10));
    inner.pass(Duration.ofDays(10));
    Store group = Stores.group(List.of(plain, store), GroupPolicy.normal());
    List<ObjectKey> before = keys("clusters/c/packs/");
    CleanupRun.Done done = cleanUp(group);
    assertThat(store.hidden()).isEmpty();
    assertThat(fate(done.plan(), FIRST).orElseThrow().locked()).isPresent();
    for (Store one : List.of(plain, store)) {
      before.forEach(key -> assertThat(one.stat(key)).isPresent());
    }
  }
}
