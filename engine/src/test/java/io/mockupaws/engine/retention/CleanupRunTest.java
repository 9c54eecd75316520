package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.logical.MadeDumps;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real repository with two backups and their WAL, cleaned up years later. */
class CleanupRunTest {
  private static final BackupId FIRST = new BackupId("20260407T120000Z-full-1a2b");
  private static final BackupId SECOND = new BackupId("20260408T120000Z-full-3c4d");
  private static final Duration YEARS = Duration.ofDays(4000);
  private static final Duration GRACE = Duration.ofHours(20);
  private static final CleanupLimits ALL =
      new CleanupLimits(new DeleteLimit.Share(100), /* withoutNewBackup= */ false);
  private static final CleanupLimits ANYWAY =
      new CleanupLimits(new DeleteLimit.Share(100), /* withoutNewBackup= */ true);

  @TempDir private Path spool = Path.of("");
  private final Store made = Stores.inMemory();
  private LaterStore store = LaterStore.of(made, YEARS);

  @BeforeEach
  void aRepository() {
    new MadeBackups(spool, made).usual();
    store = LaterStore.of(made, YEARS);
  }

  private Repository repository() {
    return Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom());
  }

  private ClusterRepository cluster() {
    return repository().cluster("c");
  }

  private CleanupRun run(int minimum, Duration grace, CleanupLimits limits, InstantSource clock) {
    Term day = new Term(1, ChronoUnit.DAYS);
    ClusterRepository cluster = cluster();
    return new CleanupRun(
        cluster,
        new Cleanups(
            cluster,
            MadeDumps.catalogue(cluster),
            new RetentionRules(day, day, day, day, day, minimum),
            grace),
        limits,
        clock,
        new SecureRandom());
  }

  private CleanupRun.Done cleanUp(Duration grace) {
    return run(1, grace, ALL, store.clock()).run(Duration.ZERO, (_, _) -> true);
  }

  private ErrorCode refused(int minimum, CleanupLimits limits, InstantSource clock) {
    List<String> before = keys();
    Failure failure =
        catchThrowableOfType(
            Failure.class,
            () -> run(minimum, GRACE, limits, clock).run(Duration.ZERO, (_, _) -> true));
    assertThat(keys()).isEqualTo(before);
    return failure.code();
  }

  /** Leases are words of the moment. */
  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    store.forEach("", "", object -> keys.add(object.key().value()));
    keys.removeIf(key -> key.contains("/lease/"));
    return keys;
  }

  private List<String> keysOf(String part) {
    return keys().stream().filter(key -> key.contains(part)).toList();
  }

  private VerifyReport verified() {
    Repository repository = repository();
    return new Verifier(repository, repository.cluster("c"))
        .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {});
  }

  private void assertWhole(BackupId... backups) {
    VerifyReport report = verified();
    assertThat(report.isWhole()).as("%s", report.findings()).isTrue();
    assertThat(report.backups()).extracting(b -> b.id()).containsExactly(backups);
  }

  @Test
  void whatExpiresStaysWholeAndCanBeBroughtBackUntilALaterCleanupSweepsIt() {
    List<String> packs = keysOf("/packs/");
    CleanupRun.Done done = cleanUp(GRACE);

    assertThat(done.plan().expire()).containsOnlyKeys(FIRST);
    assertThat(cluster().backupIds()).containsExactly(SECOND);
    assertThat(keysOf("/packs/")).isEqualTo(packs);
    assertWhole(SECOND);
    Failure expired = catchThrowableOfType(Failure.class, () -> cluster().demandNotExpired(FIRST));
    assertThat(expired.nextStep()).contains("hold add " + FIRST);

    Hold hold = new Hold(store.clock().instant(), "");
    assertThat(new Holds(cluster()).add(FIRST, hold, Duration.ZERO))
        .isEqualTo(new Holds.Added(true, true));
    assertThat(new Holds(cluster()).add(FIRST, hold, Duration.ZERO))
        .isEqualTo(new Holds.Added(false, false));
    assertWhole(FIRST, SECOND);
    store.pass(Duration.ofDays(2));
    assertThat(cleanUp(GRACE).plan().isEmpty()).isTrue();
    assertWhole(FIRST, SECOND);
  }

  @Test
  void whatExpiredGoesOnceTheGraceIsOver() {
    cleanUp(GRACE);
    List<String> before = keys();
    store.pass(GRACE.minusHours(1));
    assertThat(cleanUp(GRACE).plan().isEmpty()).isTrue();
    assertThat(keys()).isEqualTo(before);

    store.pass(Duration.ofHours(2));
    CleanupRun.Done done = cleanUp(GRACE);
    assertThat(done.objects()).isEqualTo(done.plan().objects());
    assertThat(keysOf(FIRST.value())).as("the mark goes last").hasSize(1);
    assertWhole(SECOND);
    assertThat(cleanUp(GRACE).objects()).isEqualTo(1);
    assertThat(keysOf(FIRST.value())).isEmpty();
    assertThat(cleanUp(GRACE).plan().isEmpty()).isTrue();
  }

  /** Missing on purpose is no hole, before a backup that stays as well as between two. */
  @Test
  void walThatWasRemovedIsNoHole() {
    CleanupRun.Done done = run(2, GRACE, ALL, store.clock()).run(Duration.ZERO, (_, _) -> true);
    assertThat(done.plan().removals())
        .extracting(Removal::kind)
        .containsExactly(Removal.Kind.WAL, Removal.Kind.SUMMARY);
    Journal journal = new Journal(cluster());
    assertThat(journal.view().stretches()).hasSize(2);
    assertThat(journal.view().holes()).isEmpty();
    assertWhole(FIRST, SECOND);
    store.delete(
        keysOf("/wal/").stream().map(ObjectKey::of).reduce((_, later) -> later).orElseThrow());
    assertThat(journal.view().holes()).as("lost later").hasSize(1);
  }

  @Test
  void brokenOffBetweenAnyTwoChangesItLeavesWhatVerifiesAndGoesOn() {
    cleanUp(GRACE);
    int first = store.changes();
    List<String> expired = withoutLog();
    store.pass(GRACE.plusHours(1));
    cleanUp(GRACE);
    int second = store.changes() - first;
    cleanUp(GRACE);
    List<String> swept = withoutLog();
    assertThat(first).isGreaterThan(1);
    assertThat(second).isGreaterThan(4);
    for (int after = 0; after < first; after++) {
      store = LaterStore.of(made, YEARS);
      breaksOff(after);
      run(1, GRACE, ANYWAY, store.clock()).run(Duration.ZERO, (_, _) -> true);
      assertThat(withoutLog()).isEqualTo(expired);
    }
    for (int after = 0; after < second; after++) {
      store = LaterStore.of(made, YEARS);
      cleanUp(GRACE);
      store.pass(GRACE.plusHours(1));
      breaksOff(after);
      assertThat(cluster().backupIds()).containsExactly(SECOND);
      cleanUp(GRACE);
      cleanUp(GRACE);
      assertThat(withoutLog()).isEqualTo(swept);
    }
  }

  private List<String> withoutLog() {
    return keys().stream().filter(key -> !key.contains("/cleanups/")).toList();
  }

  private void breaksOff(int after) {
    store.goAwayAfter(after);
    Failure gone = catchThrowableOfType(Failure.class, () -> cleanUp(GRACE));
    assertThat(gone.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    store.comeBack();
    VerifyReport report = verified();
    assertThat(report.isWhole()).as("after %d: %s", after, report.findings()).isTrue();
    assertThat(new Journal(cluster()).view().holes()).as("after %d", after).isEmpty();
    ClusterRepository cluster = cluster();
    for (BackupId written : cluster.writtenBackups()) {
      assertThat(cluster.lacking(cluster.manifest(written).packs()))
          .as("what can be brought back after %d", after)
          .isEmpty();
    }
  }

  @Test
  void aRevivedBackupIsKeptByTheRulesToo() {
    cleanUp(GRACE);
    CleanupRun.Done done = run(2, GRACE, ALL, store.clock()).run(Duration.ZERO, (_, _) -> true);
    assertThat(done.plan().revive()).containsExactly(FIRST);
    assertWhole(FIRST, SECOND);
  }

  @Test
  void moreThanMayExpireIsRefused() {
    CleanupLimits none = new CleanupLimits(new DeleteLimit.Count(0), true);
    assertThat(refused(1, none, store.clock())).isEqualTo(ErrorCode.TOO_MANY_EXPIRE);
    assertThat(new DeleteLimit.Share(25).of(3)).isEqualTo(1);
    assertThat(new DeleteLimit.Share(25).of(40)).isEqualTo(10);
  }

  @Test
  void nothingExpiresWhileNoNewBackupIsTaken() {
    run(2, GRACE, ALL, store.clock()).run(Duration.ZERO, (_, _) -> true);
    assertThat(new CleanupLog(cluster()).all()).hasSize(1);
    assertThat(refused(1, ALL, store.clock())).isEqualTo(ErrorCode.NO_NEW_BACKUP);
    run(1, GRACE, ANYWAY, store.clock()).run(Duration.ZERO, (_, _) -> true);
    assertThat(cluster().backupIds()).containsExactly(SECOND);
  }

  /**
   * The record is there before anything expires, so that breaking off again and again is no way.
   */
  @Test
  void aCleanupThatBrokeOffCounts() {
    store.goAwayAfter(1);
    Failure gone = catchThrowableOfType(Failure.class, () -> cleanUp(GRACE));
    assertThat(gone.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    store.comeBack();
    assertThat(refused(1, ALL, store.clock())).isEqualTo(ErrorCode.NO_NEW_BACKUP);
  }

  @Test
  void aBackupWithoutOneOfItsPacksTakesNoOthersPlace() {
    store.delete(ObjectKey.of(keysOf("/packs/" + SECOND).getFirst()));
    CleanupRun.Done done = cleanUp(GRACE);
    assertThat(done.plan().backups())
        .filteredOn(fate -> fate.id().equals(FIRST))
        .allMatch(BackupFate::stays);
    assertThat(done.plan().newest())
        .hasValueSatisfying(at -> assertThat(at).isBefore(Instant.parse("2026-04-08T00:00:00Z")));
    assertThat(keysOf("/wal/")).hasSize(4);
  }

  @Test
  void aManifestThatComesBackBringsNoBackupBack() {
    byte[] manifest = store.read(cluster().manifestKey(FIRST), 0, Integer.MAX_VALUE);
    cleanUp(GRACE);
    store.pass(GRACE.plusHours(1));
    cleanUp(GRACE);
    store.create(cluster().manifestKey(FIRST), manifest);
    assertThat(cluster().backupIds()).containsExactly(SECOND);
    Hold hold = new Hold(store.clock().instant(), "");
    Failure half =
        catchThrowableOfType(
            Failure.class, () -> new Holds(cluster()).add(FIRST, hold, Duration.ZERO));
    assertThat(half.code()).isEqualTo(ErrorCode.OBJECT_MISSING);
    assertThat(cluster().backupIds()).containsExactly(SECOND);
  }

  /** What is an hour old there is an hour old, whatever this host's clock says. */
  @Test
  void theClockThatMakesEverythingYoungerCounts() {
    store = LaterStore.of(made, Duration.ZERO);
    InstantSource ahead = () -> store.clock().instant().plus(Duration.ofHours(23));
    store.pass(Duration.ofHours(2));
    List<String> wal = keysOf("/wal/");
    run(2, Duration.ZERO, ALL, ahead).run(Duration.ZERO, (_, _) -> true);
    assertThat(keysOf("/wal/")).isEqualTo(wal);
  }

  @Test
  void clocksThatDifferByMoreThanADayAreRefused() {
    InstantSource wrong = () -> store.clock().instant().plus(Duration.ofHours(25));
    assertThat(refused(1, ALL, wrong)).isEqualTo(ErrorCode.CLOCKS_DIFFER);
  }

  @Test
  void aBackupThatRunsKeepsItAway() {
    try (Lease lease = cluster().acquireLease(LeaseRole.BACKUP, Duration.ZERO)) {
      lease.check();
      assertThat(refused(1, ALL, store.clock())).isEqualTo(ErrorCode.LEASE_HELD);
    }
  }
}
