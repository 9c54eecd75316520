package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.MadeDumps;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.PackStream;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyListener;
import io.mockupaws.engine.verify.VerifyProgress;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.ByteBuffer;
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

/** A plan for a real repository: two backups of 2026 and their WAL, looked at long afterwards. */
class CleanupsTest {
  private static final String FIRST = "20260407T120000Z-full-1a2b";
  private static final String SECOND = "20260408T120000Z-full-3c4d";
  private static final String BROKEN_OFF = "20260409T120000Z-full-5e6f";
  private static final Instant LATER = Instant.parse("2040-01-01T00:00:00Z");
  private static final Term DAY = new Term(1, ChronoUnit.DAYS);

  @TempDir private Path spool = Path.of("");
  private final Store store = Stores.inMemory();
  private Repository repository = Repository.create(Stores.inMemory(), Optional.empty(), random());

  private static SecureRandom random() {
    return new SecureRandom();
  }

  @BeforeEach
  void aRepository() {
    MadeBackups made = new MadeBackups(spool, store);
    made.usual();
    repository = Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), random());
  }

  private ClusterRepository cluster() {
    return repository.cluster("c");
  }

  private CleanupPlan plan(int minimum, Instant now) {
    RetentionRules rules = new RetentionRules(DAY, DAY, DAY, DAY, DAY, minimum);
    return new Cleanups(cluster(), MadeDumps.catalogue(cluster()), rules, Duration.ZERO).plan(now);
  }

  @Test
  void theOlderBackupGoesWithItsPacksAndTheWalBeforeTheNewer() {
    CleanupPlan plan = plan(1, LATER);

    assertThat(plan.backups()).extracting(BackupFate::stays).containsExactly(false, true);
    assertThat(plan.removals())
        .extracting(Removal::kind)
        .containsExactly(
            Removal.Kind.MANIFEST, Removal.Kind.PACK, Removal.Kind.WAL, Removal.Kind.SUMMARY);
    assertThat(plan.removals().getFirst().first().value()).endsWith("backups/" + FIRST);
    assertThat(plan.removals().get(1).first().value()).contains("packs/" + FIRST + "/000000");
    assertThat(plan.removals().getLast().last().value()).endsWith("000000010000000000000041");
    assertThat(plan.lost()).singleElement().asString().contains("every moment from 2026-04-07");
  }

  @Test
  void whatIsPlannedLeavesARepositoryThatVerifiesAndNothingMoreToPlan() {
    for (ObjectKey key : objects(plan(1, LATER))) {
      store.delete(key);
    }

    assertThat(plan(1, LATER).removals()).isEmpty();
    VerifyReport report =
        new Verifier(repository, cluster())
            .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), new Quiet());
    assertThat(report.isWhole()).as("%s", report.findings()).isTrue();
    assertThat(report.backups()).extracting(b -> b.id().value()).containsExactly(SECOND);
  }

  @Test
  void theMinimumAndWhatIsYoungStay() {
    CleanupPlan both = plan(2, LATER);
    assertThat(both.backups()).allMatch(BackupFate::stays);
    assertThat(both.removals())
        .as("only the segment between them, which neither needs")
        .satisfiesExactly(
            wal -> assertThat(wal.kind()).isEqualTo(Removal.Kind.WAL),
            summary -> assertThat(summary.kind()).isEqualTo(Removal.Kind.SUMMARY))
        .allSatisfy(removal -> assertThat(removal.objects()).isEqualTo(1));
    assertThat(both.lost()).hasSize(1);

    assertThat(plan(1, Instant.parse("2026-04-08T13:00:00Z")).removals()).isEmpty();
  }

  @Test
  void packsWithoutAManifestStayWhileABackupRunsOrTheyAreYoung() {
    leavePacks();
    assertThat(garbageOf(plan(2, youngest().plus(Duration.ofHours(23))))).isEmpty();
    assertThat(garbageOf(plan(2, LATER))).isNotEmpty();

    try (Lease lease = cluster().acquireLease(LeaseRole.BACKUP, Duration.ZERO)) {
      lease.check();
      CleanupPlan whileOneRuns = plan(2, LATER);
      assertThat(whileOneRuns.backupRuns()).isTrue();
      assertThat(garbageOf(whileOneRuns)).isEmpty();
    }
  }

  @Test
  void aManifestThatCannotBeReadHoldsWhatItMayNeed() {
    ObjectKey damaged = cluster().manifestKey(new BackupId(SECOND));
    byte[] bytes = store.read(damaged, 0, Integer.MAX_VALUE);
    bytes[bytes.length / 2] ^= 1;
    bytes[100] ^= 1;
    store.delete(damaged);
    store.create(damaged, bytes);
    leavePacks();

    CleanupPlan plan = plan(1, LATER);

    assertThat(plan.unreadable()).containsExactly(new BackupId(SECOND));
    assertThat(plan.removals()).hasSize(1);
    assertThat(plan.removals().getFirst().first().value()).contains("packs/" + BROKEN_OFF);
  }

  private void leavePacks() {
    try (PackStream stream = cluster().newPacks(new BackupId(BROKEN_OFF), 1 << 20).open()) {
      stream.beginFile();
      stream.write(ByteBuffer.wrap(new byte[1000]));
      stream.finish();
    }
  }

  private Instant youngest() {
    List<ObjectInfo> packs = cluster().list("packs/" + BROKEN_OFF + "/");
    return packs.getLast().modified();
  }

  private static List<Removal> garbageOf(CleanupPlan plan) {
    return plan.removals().stream()
        .filter(removal -> removal.first().value().contains(BROKEN_OFF))
        .toList();
  }

  /** Every object that the ranges of a plan have; each range must hold as many as it says. */
  private List<ObjectKey> objects(CleanupPlan plan) {
    List<ObjectKey> all = new ArrayList<>();
    for (Removal removal : plan.removals()) {
      List<ObjectKey> found = new ArrayList<>();
      store.forEach(
          "",
          "",
          object -> {
            String key = object.key().value();
            if (key.compareTo(removal.first().value()) >= 0
                && key.compareTo(removal.last().value()) <= 0) {
              found.add(object.key());
            }
          });
      assertThat(found).hasSize((int) removal.objects());
      all.addAll(found);
    }
    return all;
  }

  private static final class Quiet implements VerifyListener {
    @Override
    public void progress(VerifyProgress progress) {}
  }
}
