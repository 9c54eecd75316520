package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.MadeDumps;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository in two stores, one of which does not answer once, and then does again. */
class CleanupInStoresTest {
  private static final BackupId FIRST = new BackupId("20260407T120000Z-full-1a2b");
  private static final BackupId SECOND = new BackupId("20260408T120000Z-full-3c4d");
  private static final Duration YEARS = Duration.ofDays(4000);
  private static final GroupPolicy AT_ONCE =
      new GroupPolicy(Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ofMillis(1));

  @TempDir private Path spool = Path.of("");
  private LaterStore one = LaterStore.of(Stores.inMemory(), YEARS);
  private LaterStore two = LaterStore.of(Stores.inMemory(), YEARS);

  @BeforeEach
  void aRepositoryInBoth() {
    Store made = Stores.inMemory();
    new MadeBackups(spool, made).usual();
    one = LaterStore.of(made, YEARS);
    two = LaterStore.of(made, YEARS);
  }

  private ClusterRepository cluster() {
    return Repository.open(
            Stores.group(List.of(one, two), AT_ONCE),
            Optional.of(Secret.of(MadeBackups.KEY)),
            new SecureRandom())
        .cluster("c");
  }

  private CleanupRun.Done cleanUp() {
    Term day = new Term(1, ChronoUnit.DAYS);
    ClusterRepository cluster = cluster();
    return new CleanupRun(
            cluster,
            new Cleanups(
                cluster,
                MadeDumps.catalogue(cluster),
                new RetentionRules(day, day, day, day, day, 1),
                Cleanups.GRACE),
            new CleanupLimits(new DeleteLimit.Share(100), /* withoutNewBackup= */ false),
            one.clock(),
            new SecureRandom())
        .run(Duration.ZERO, (_, _) -> true);
  }

  private static List<String> keys(LaterStore store, String part) {
    List<String> keys = new ArrayList<>();
    store.forEach("", "", object -> keys.add(object.key().value()));
    return keys.stream().filter(key -> key.contains(part)).toList();
  }

  @Test
  void aStoreThatMissedTheEndOfAManifestIsGoneBackToBeforeAnyPackGoes() {
    cleanUp();
    one.pass(Cleanups.GRACE.plusHours(1));
    two.pass(Cleanups.GRACE.plusHours(1));
    List<String> packs = keys(one, "/packs/");
    two.failOnce("delete /backups/");

    Failure gone = catchThrowableOfType(Failure.class, this::cleanUp);

    assertThat(gone.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    assertThat(keys(one, "/packs/")).isEqualTo(packs);
    assertThat(keys(two, "/packs/")).isEqualTo(packs);
    assertThat(cluster().backupIds()).containsExactly(SECOND);
    // of a store that did not hear of its end a lease lasts for its term
    for (LaterStore store : List.of(one, two)) {
      keys(store, "/lease/").forEach(key -> store.delete(ObjectKey.of(key)));
    }
    cleanUp();
    for (LaterStore store : List.of(one, two)) {
      assertThat(keys(store, "/packs/" + FIRST)).isEmpty();
      assertThat(keys(store, "/backups/" + FIRST)).isEmpty();
    }
  }

  /** The other one is being filled, and has no manifest yet: every pack looks left over. */
  @Test
  void aStoreThatDoesNotShowItsManifestsForAMomentLosesNoPack() {
    for (String manifest : keys(two, "/backups/")) {
      two.delete(ObjectKey.of(manifest));
    }
    List<String> packs = keys(one, "/packs/");
    one.failOnce("list /backups/");

    Failure gone = catchThrowableOfType(Failure.class, this::cleanUp);

    assertThat(gone.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    assertThat(keys(one, "/packs/")).isEqualTo(packs);
    assertThat(keys(two, "/packs/")).isEqualTo(packs);
  }
}
