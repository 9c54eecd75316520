package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.logical.MadeDumps;
import io.mockupaws.engine.repository.ClusterRepository;
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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real backups that name each other's packs at random: whatever the minimum leaves of them stays
 * whole, wherever a cleanup breaks off, and in the end no pack is there that nobody names.
 */
class SharedPacksCleanedUpTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final Duration YEARS = Duration.ofDays(4000);
  private static final Duration GRACE = Duration.ofHours(20);
  private static final CleanupLimits ANYWAY =
      new CleanupLimits(new DeleteLimit.Share(100), /* withoutNewBackup= */ true);

  @TempDir private Path spool = Path.of("");
  private LaterStore store = LaterStore.of(Stores.inMemory(), YEARS);

  @RepeatedTest(8)
  void whatStaysIsWholeWhereverACleanupBreaksOff() {
    long seed = Long.getLong("shared-packs.seed", System.nanoTime());
    Random random = new Random(seed);
    Store made = Stores.inMemory();
    int backups = make(made, random);
    int minimum = 1 + random.nextInt(backups);
    String told = "seed " + seed + ", " + minimum + " of " + backups;

    LaterStore expired = LaterStore.of(made, YEARS);
    store = expired;
    cleanUp(minimum);
    List<BackupId> kept = cluster().backupIds();
    assertThat(kept).as(told).hasSize(minimum);
    int changes = sweep(expired, minimum);
    assertWhole(kept, told);
    assertThat(packs()).as(told).isEqualTo(named());
    List<String> swept = keys();

    for (int after = 0; after < changes; after++) {
      String where = told + ", after " + after + " of " + changes;
      store = LaterStore.of(expired, YEARS.plus(GRACE).plusHours(1));
      store.goAwayAfter(after);
      Failure gone = catchThrowableOfType(Failure.class, () -> cleanUp(minimum));
      assertThat(gone.code()).as(where).isEqualTo(ErrorCode.STORE_UNREACHABLE);
      store.comeBack();
      assertWhole(kept, where);
      cleanUp(minimum);
      cleanUp(minimum);
      assertThat(keys()).as(where).isEqualTo(swept);
    }
  }

  /** Some with packs of their own, the others on any earlier one. */
  private int make(Store made, Random random) {
    MadeBackups backups = new MadeBackups(spool, made);
    List<BackupId> ids = new ArrayList<>();
    int count = 3 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      Instant time = NOON.plus(Duration.ofDays(i));
      BackupId id = BackupId.of(time, BackupKind.FULL, random);
      backups.journal().fillTo(i + 0.2);
      Lsn start = backups.journal().end();
      backups.journal().fillTo(i + 0.6);
      Lsn stop = backups.journal().commit(time.plusSeconds(60));
      if (ids.isEmpty() || random.nextInt(4) == 0) {
        backups.backup(id, start, stop);
      } else {
        backups.upon(id, ids.get(random.nextInt(ids.size())), start, stop);
      }
      ids.add(id);
    }
    backups.journal().fillTo(count + 0.3);
    backups.journal().store();
    return count;
  }

  /** How many changes it takes until what has expired is gone. */
  private int sweep(LaterStore expired, int minimum) {
    store = LaterStore.of(expired, YEARS.plus(GRACE).plusHours(1));
    cleanUp(minimum);
    int changes = store.changes();
    cleanUp(minimum);
    return changes;
  }

  private ClusterRepository cluster() {
    return repository().cluster("c");
  }

  private Repository repository() {
    return Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom());
  }

  private void cleanUp(int minimum) {
    Term day = new Term(1, ChronoUnit.DAYS);
    ClusterRepository cluster = cluster();
    new CleanupRun(
            cluster,
            new Cleanups(
                cluster,
                MadeDumps.catalogue(cluster),
                new RetentionRules(day, day, day, day, day, minimum),
                GRACE),
            ANYWAY,
            store.clock(),
            new SecureRandom())
        .run(Duration.ZERO, (_, _) -> true);
  }

  private void assertWhole(List<BackupId> kept, String told) {
    Repository repository = repository();
    VerifyReport report =
        new Verifier(repository, repository.cluster("c"))
            .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {});
    assertThat(report.isWhole()).as("%s: %s", told, report.findings()).isTrue();
    assertThat(report.backups()).as(told).extracting(b -> b.id()).isEqualTo(kept);
    assertThat(new Journal(cluster()).view().holes()).as(told).isEmpty();
  }

  private Set<String> packs() {
    Set<String> keys = new TreeSet<>();
    cluster().list("packs/").forEach(pack -> keys.add(pack.key().value()));
    return keys;
  }

  private Set<String> named() {
    Set<String> keys = new TreeSet<>();
    for (BackupId id : cluster().backupIds()) {
      cluster().manifest(id).packs().forEach(pack -> keys.add(pack.key().value()));
    }
    return keys;
  }

  /** But for leases and the cleanups' own log. */
  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    store.forEach("", "", object -> keys.add(object.key().value()));
    keys.removeIf(key -> key.contains("/lease/") || key.contains("/cleanups/"));
    return keys;
  }
}
