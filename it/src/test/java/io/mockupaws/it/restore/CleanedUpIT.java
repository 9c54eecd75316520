package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.retention.CleanupLimits;
import io.mockupaws.engine.retention.CleanupRun;
import io.mockupaws.engine.retention.Cleanups;
import io.mockupaws.engine.retention.DeleteLimit;
import io.mockupaws.engine.retention.Hold;
import io.mockupaws.engine.retention.Holds;
import io.mockupaws.engine.retention.RetentionRules;
import io.mockupaws.engine.retention.Term;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A repository that is written to is cleaned up weeks later, twice: what is left serves, what was
 * held comes back, and the stream and the next backup go on.
 */
class CleanedUpIT {
  private static final Term DAY = new Term(1, ChronoUnit.DAYS);

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void whatIsLeftServesAndWhatIsHeldComesBack(int major) {
    Store store = Stores.inMemory();
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(major).segmentMegabytes(1).start();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), store)) {
      live.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      BackupId held = cluster.backup().id();
      work(live, 2);
      BackupId goes = cluster.backup().id();
      work(live, 3);
      BackupId stays = cluster.backup().id();
      work(live, 4);
      cluster.awaitDurable();

      LaterStore later = new LaterStore(store, Duration.ofDays(40));
      ClusterRepository repository = cluster.repository().through(later);
      new Holds(repository).add(held, new Hold(later.clock().instant(), "audit"), Duration.ZERO);
      cleanUp(repository, later);
      assertThat(repository.backupIds()).containsExactlyInAnyOrder(held, stays);
      assertThat(repository.writtenBackups()).containsExactlyInAnyOrder(held, goes, stays);
      assertWhole(cluster, repository);

      later.pass(Duration.ofDays(1));
      CleanupRun.Done done = cleanUp(repository, later);
      assertThat(done.objects()).isEqualTo(done.plan().objects()).isPositive();
      assertThat(repository.writtenBackups()).containsExactlyInAnyOrder(held, stays);
      assertThat(repository.list("packs/" + goes + "/").size())
          .isLessThan(repository.list("packs/" + stays + "/").size() + 2);
      assertThat(new Journal(repository).view().stretches()).hasSizeGreaterThan(1);
      assertThat(new Journal(repository).view().holes()).isEmpty();
      assertWhole(cluster, repository);
      serve(live, repository, held, goes);
      cluster.stopStreaming();
      work(live, 5);
      cluster.resumeStreaming();
      goesOn(live, cluster);
      assertThat(cluster.repository().list("holes/")).isEmpty();
    }
  }

  private static void work(EmbeddedPostgres live, int row) {
    live.run("INSERT INTO t VALUES (" + row + ")");
    for (int i = 0; i < 3; i++) {
      live.run("SELECT pg_logical_emit_message(true, 'm', 'x')", "SELECT pg_switch_wal()");
    }
  }

  private static CleanupRun.Done cleanUp(ClusterRepository repository, LaterStore later) {
    Cleanups cleanups =
        new Cleanups(
            repository,
            new LogicalCatalogue(repository, new DumpSecrets(Optional.empty(), List::of)),
            new RetentionRules(DAY, DAY, DAY, DAY, DAY, 1),
            Cleanups.GRACE);
    CleanupLimits limits = new CleanupLimits(new DeleteLimit.Share(100), true);
    return new CleanupRun(repository, cleanups, limits, later.clock(), new SecureRandom())
        .run(Duration.ofSeconds(5), (_, _) -> true);
  }

  private static void assertWhole(ProtectedCluster cluster, ClusterRepository repository) {
    VerifyReport report =
        new Verifier(cluster.whole(), repository)
            .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {});
    assertThat(report.isWhole()).as("%s", report).isTrue();
  }

  private static void serve(
      EmbeddedPostgres live, ClusterRepository repository, BackupId held, BackupId goes) {
    try (Copy newest = new Copy(repository);
        Copy old = newest.beside();
        Copy none = newest.beside()) {
      newest.restore(started(live.binaries()));
      assertRows(live, newest, 4);
      old.restore(
          request ->
              started(live.binaries())
                  .apply(request.withBackup(held).withTarget(new TargetRequest.BackupEnd())));
      assertRows(live, old, 1);
      Failure refused =
          catchThrowableOfType(Failure.class, () -> none.plan(r -> r.withBackup(goes)));
      assertThat(refused.code()).isEqualTo(ErrorCode.UNKNOWN_BACKUP);
    }
  }

  private static void goesOn(EmbeddedPostgres live, ProtectedCluster cluster) {
    cluster.awaitDurable();
    cluster.backup();
    live.run("INSERT INTO t VALUES (6)");
    cluster.awaitDurable();
    try (Copy copy = new Copy(cluster.repository())) {
      copy.restore(started(live.binaries()));
      assertRows(live, copy, 6);
    }
  }

  private static void assertRows(EmbeddedPostgres live, Copy copy, int last) {
    try (Sql sql = copy.sql(live.login(), "postgres")) {
      assertThat(sql.column("SELECT i FROM t ORDER BY i"))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, last).mapToObj(Integer::toString).toList());
    }
  }
}
