package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.engine.logical.MadeDumps;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.MadeBackups;
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

/** Dumps in a real repository, cleaned up years later. */
class DumpsCleanedUpTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final Duration GRACE = Cleanups.GRACE;

  @TempDir private Path spool = Path.of("");
  private LaterStore store = LaterStore.of(Stores.inMemory(), Duration.ZERO);
  private final List<ObjectKey> dumps = new ArrayList<>();

  @BeforeEach
  void aRepositoryWithDumps() {
    Store made = Stores.inMemory();
    new MadeBackups(spool, made).usual();
    for (int day = 0; day < 3; day++) {
      dumps.add(MadeDumps.make(made, "c", "shop", NOON.plus(Duration.ofDays(day))));
    }
    store = LaterStore.of(made, Duration.ofDays(4000));
  }

  private ClusterRepository cluster() {
    return Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom())
        .cluster("c");
  }

  private CleanupRun.Done cleanUp(CleanupLimits limits) {
    Term day = new Term(1, ChronoUnit.DAYS);
    ClusterRepository cluster = cluster();
    RetentionRules rules = new RetentionRules(day, day, day, day, day, 2);
    return new CleanupRun(
            cluster,
            new Cleanups(cluster, MadeDumps.catalogue(cluster), rules, GRACE),
            limits,
            store.clock(),
            new SecureRandom())
        .run(Duration.ZERO, (_, _) -> true);
  }

  private CleanupRun.Done cleanUp() {
    return cleanUp(new CleanupLimits(new DeleteLimit.Share(100), false));
  }

  private List<ObjectKey> listed() {
    return MadeDumps.catalogue(cluster()).list().backups().stream()
        .map(LogicalBackup::key)
        .toList();
  }

  private boolean isThere(ObjectKey key) {
    return store.stat(key).isPresent();
  }

  @Test
  void aDumpExpiresComesBackByAHoldAndGoesOnceTheGraceIsOver() {
    ObjectKey first = dumps.getFirst();
    cleanUp();
    assertThat(listed()).isEqualTo(dumps.subList(1, 3));
    assertThat(isThere(first)).isTrue();
    Failure expired =
        catchThrowableOfType(
            Failure.class, () -> MadeDumps.catalogue(cluster()).find(first.fileName()));
    assertThat(expired.nextStep()).contains("hold add " + first.fileName());

    Hold hold = new Hold(store.clock().instant(), "audit");
    DumpHolds holds = new DumpHolds(cluster());
    assertThat(holds.add(first, hold, Duration.ZERO)).isEqualTo(new Holds.Added(true, true));
    assertThat(listed()).isEqualTo(dumps);
    store.pass(Duration.ofDays(2));
    cleanUp();
    assertThat(listed()).isEqualTo(dumps);

    assertThat(holds.remove(first.fileName())).isTrue();
    MadeDumps.make(store, "c", "shop", store.clock().instant());
    cleanUp();
    store.pass(GRACE.minusHours(1));
    cleanUp();
    assertThat(isThere(first)).isTrue();
    store.pass(Duration.ofHours(2));
    cleanUp();
    assertThat(isThere(first)).isFalse();
    assertThat(isThere(Dumps.sidecarOf(first))).isFalse();
    assertThat(isThere(dumps.getLast())).isTrue();
    cleanUp();
    assertThat(cluster().list("dumps/expired/")).isEmpty();
  }

  /** Whatever breaks off between two changes, the next cleanup ends it, and nobody sees half. */
  @Test
  void aCleanupThatBreaksOffAnywhereIsEndedByTheNext() {
    cleanUp();
    store.pass(GRACE.plusHours(1));
    int left = 0;
    for (int last = 0; last < 40; last++) {
      store.goAwayAfter(last);
      var _ = catchThrowableOfType(RuntimeException.class, this::cleanUp);
      store.comeBack();
      cluster().list("lease/").forEach(lease -> store.delete(lease.key()));
      assertThat(listed()).isEqualTo(dumps.subList(1, 3));
      boolean half = isThere(dumps.getFirst()) && !isThere(Dumps.sidecarOf(dumps.getFirst()));
      left += half ? 1 : 0;
    }
    assertThat(left).as("broken off between sidecar and dump").isPositive();
    assertThat(isThere(dumps.getFirst())).isFalse();
    assertThat(isThere(Dumps.sidecarOf(dumps.getFirst()))).isFalse();
  }

  @Test
  void whatIsNotProvenStays() {
    ObjectKey first = dumps.getFirst();
    store.delete(Dumps.sidecarOf(first));
    ObjectKey foreign = ObjectKey.of("backups/full/20200101/mine.enc");
    store.create(foreign, new byte[] {1});
    cleanUp();
    store.pass(GRACE.plusHours(1));
    CleanupRun.Done done = cleanUp();
    assertThat(isThere(first)).isTrue();
    assertThat(isThere(foreign)).isTrue();
    assertThat(done.plan().dumps().others()).extracting(one -> one.key()).contains(first, foreign);
  }

  @Test
  void limitsCountDumpsAndNothingExpiresWithoutANewDump() {
    List<ObjectKey> before = listed();
    Failure refused =
        catchThrowableOfType(
            Failure.class, () -> cleanUp(new CleanupLimits(new DeleteLimit.Count(0), false)));
    assertThat(refused.code()).isEqualTo(ErrorCode.TOO_MANY_EXPIRE);
    assertThat(listed()).isEqualTo(before);

    cleanUp();
    store.pass(Duration.ofDays(3));
    ObjectKey old = MadeDumps.make(store, "c", "shop", NOON.minus(Duration.ofDays(1)));
    cleanUp();
    assertThat(listed()).as("none was taken since").contains(old);
    MadeDumps.make(store, "c", "shop", store.clock().instant());
    cleanUp();
    assertThat(listed()).doesNotContain(old);
  }
}
