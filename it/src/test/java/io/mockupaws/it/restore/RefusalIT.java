package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.journal.ResolvedTarget;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.Restores;
import io.mockupaws.engine.restore.TimelineChoice;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What cannot be done is refused, and breaking off leaves nothing that looks done. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalIT {
  private static final int MAJOR = 15;

  private BreakingStore store;
  private EmbeddedPostgres live;
  private ProtectedCluster cluster;
  private BackupResult backup;
  private Copy copy;
  private List<ObjectInfo> before;

  @BeforeAll
  void protect() {
    store = new BreakingStore(Stores.inMemory());
    live = ProtectedCluster.server(MAJOR);
    cluster = new ProtectedCluster(live.login(), store);
    live.run("CREATE TABLE t AS SELECT generate_series(1, 100000) AS i");
    backup = cluster.backup();
    live.run("INSERT INTO t VALUES (0)");
    cluster.awaitDurable();
    live.kill();
    cluster.stopStreaming();
  }

  @AfterAll
  void end() {
    cluster.close();
    live.close();
  }

  @BeforeEach
  void place() {
    copy = new Copy(cluster.repository());
    before = store.listing();
  }

  /** Neither a plan nor a restore ever changes the repository. */
  @AfterEach
  void nothingWritten() {
    store.heal();
    assertThat(store.listing()).isEqualTo(before);
    copy.close();
  }

  @Test
  void targetsOutsideTheWindowWithTheWindow() {
    for (TargetRequest target :
        List.of(
            new TargetRequest.AtTime(Instant.now().plus(Duration.ofHours(1))),
            new TargetRequest.AtTime(Instant.now().minus(Duration.ofDays(300))),
            new TargetRequest.AtLsn(backup.stop().plus(-100)),
            new TargetRequest.AtLsn(Lsn.parse("FFF/0")))) {
      Failure refusal = refused(r -> r.withTarget(target));
      assertThat(refusal.code()).isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
      assertThat(refusal.what()).contains("what can be recovered on timeline 1: ");
      assertThat(copy.directory()).doesNotExist();
    }
  }

  /** Segments are stored side by side: the newest moment does not lie behind a hole then. */
  @Test
  void notTheNewestMomentWhileASegmentBeforeItIsOnItsWay() {
    SegmentName segment = SegmentName.containing(new Timeline(1), backup.start(), 16 << 20);
    ObjectKey key = cluster.repository().key("wal/00000001/" + segment.fileName());
    UnaryOperator<RestoreRequest> newest = r -> r.withTarget(new TargetRequest.Latest());
    ResolvedTarget usual = copy.plan(newest).target();
    try (Lease _ = cluster.repository().acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      store.late(key, 20);
      assertThat(copy.plan(newest).target()).isEqualTo(usual);
    }
    store.late(key, Integer.MAX_VALUE);
    assertThat(refused(newest).code()).as("nobody streams").isEqualTo(ErrorCode.TARGET_IN_HOLE);
  }

  @Test
  void aBranchWithoutABackup() {
    Failure refusal = refused(r -> r.withTimeline(new TimelineChoice.Numbered(new Timeline(7))));
    assertThat(refusal.code()).isEqualTo(ErrorCode.NO_BACKUP);
  }

  @Test
  void aDirectoryThatIsNotEmpty() throws IOException {
    Files.createDirectory(copy.directory());
    Path file = Files.writeString(copy.directory().resolve("mine"), "x");
    assertThat(refused(r -> r).code()).isEqualTo(ErrorCode.TARGET_NOT_EMPTY);
    assertThat(copy.directory()).isDirectoryContaining(file::equals);
    assertThat(file).hasContent("x");
  }

  @Test
  void aDirectoryInsideACluster() throws IOException {
    Files.createDirectory(copy.directory());
    Files.writeString(copy.directory().resolve("PG_VERSION"), "15");
    Path inside = copy.directory().resolve("sub");
    Failure refusal =
        catchThrowableOfType(
            Failure.class,
            () ->
                new Restores(cluster.repository(), InstantSource.system())
                    .plan(RestoreRequest.to(inside, Instant.now())));
    assertThat(refusal.code()).isEqualTo(ErrorCode.TARGET_UNSAFE);
  }

  @Test
  void aPortWhereSomebodyListens() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Failure refusal =
          refused(r -> started(live.binaries()).apply(r.withPort(other.getLocalPort())));
      assertThat(refusal.code()).isEqualTo(ErrorCode.USAGE);
    }
  }

  @Test
  void programsOfAnotherMajorVersion() {
    Failure refusal =
        refused(r -> r.withBinaries(PostgresBinaries.embedded(18).folder()).starting());
    assertThat(refusal.code()).isEqualTo(ErrorCode.NO_BINARIES);
    assertThat(refusal.what()).contains("no PostgreSQL 15").contains("found 18.6");
  }

  @Test
  void aStoreThatGoesAwayLeavesADirectoryThatCannotBeStarted() throws IOException {
    store.breakAfter(3, "/packs/");
    Failure failure =
        catchThrowableOfType(Failure.class, () -> copy.restore(started(live.binaries())));
    assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    assertThat(copy.directory().resolve("global/pg_control")).doesNotExist();
    assertThat(Files.readString(copy.directory().resolve("mockupaws.unfinished")))
        .contains(backup.id().value());
    store.heal();
    Failure again = refused(r -> r);
    assertThat(again.code()).isEqualTo(ErrorCode.TARGET_NOT_EMPTY);
    assertThat(again.what()).contains("not finished");
  }

  @Test
  void walThatGoesMissingBetweenPlanAndRestore() {
    RestorePlan plan = copy.plan(r -> r);
    store.breakAfter(0, "/tail/");
    Failure failure = catchThrowableOfType(Failure.class, () -> copy.run(plan));
    assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    assertThat(copy.directory().resolve("global/pg_control")).doesNotExist();
  }

  /** As if the index in the repository were wrong: the WAL itself decides. */
  @Test
  void aPlanThatTheWalDoesNotBearOut() {
    RestorePlan plan = copy.plan(r -> r);
    ResolvedTarget target = plan.target();
    ResolvedTarget other =
        new ResolvedTarget(
            target.timeline(),
            target.recordStart().plus(-8),
            target.recordEnd(),
            target.lastCommit(),
            target.commitsLost(),
            target.journalEnd(),
            target.notes());
    RestorePlan wrong =
        new RestorePlan(
            plan.request(),
            plan.backup(),
            other,
            plan.wal(),
            plan.forVerification(),
            plan.directory(),
            plan.serverZone(),
            plan.binaries(),
            plan.owner(),
            plan.space(),
            plan.estimate(),
            plan.loss(),
            plan.warnings(),
            plan.existing(),
            plan.outside());
    Failure failure = catchThrowableOfType(Failure.class, () -> copy.run(wrong));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_REACHED);
    assertThat(copy.directory().resolve("global/pg_control")).doesNotExist();
  }

  @Test
  void planningDoesNotMakeTheDirectory() {
    assertThat(copy.plan(r -> r).estimate().writeBytes()).isPositive();
    assertThat(copy.directory()).doesNotExist();
  }

  @Test
  void everythingIsThereOnceTheStoreIsBack() {
    copy.restore(started(live.binaries()));
    try (Sql sql = copy.sql(live.login(), "postgres")) {
      assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(100001);
    }
  }

  private Failure refused(UnaryOperator<RestoreRequest> wish) {
    return catchThrowableOfType(Failure.class, () -> copy.plan(wish));
  }
}
