package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets that are named by what a record says, and boundaries that are left out. */
class RecordedTargetTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path spool;

  private final Repository repository =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final MadeWal wal = new MadeWal(64L << 20);
  private final MadeServer server = new MadeServer(wal);
  private final Journal journal = new Journal(cluster);
  private Lsn stop = Lsn.ZERO;

  private void store() {
    try (JournalStream stream =
        JournalStream.start(
            repository.id(),
            cluster,
            server,
            JournalSettings.of(spool, "slot").withTailInterval(Duration.ofMillis(5)),
            InstantSource.system(),
            Duration.ZERO)) {
      await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(wal.end()));
    }
  }

  private ResolvedTarget resolve(TargetRequest request) {
    return journal.resolve(journal.view(), request, FIRST, backup());
  }

  private ErrorCode refused(TargetRequest request) {
    return catchThrowableOfType(Failure.class, () -> resolve(request)).code();
  }

  private ManifestHead backup() {
    return new ManifestHead(
        new BackupId("20260407T120000Z-full-1a2b"),
        BackupKind.FULL,
        "c",
        1,
        150000,
        FIRST,
        wal.start(),
        stop,
        NOON.minusSeconds(1),
        NOON.minusSeconds(1),
        MadeWal.SEGMENT,
        8192,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(),
        0,
        0,
        0,
        List.of());
  }

  /** Over several segments, with aborts, prepared transactions, and records across borders. */
  @Test
  void everyTransactionsEndIsFoundAndTheRecordBeforeIt() {
    Random random = new Random(11);
    Lsn before = wal.filler(100);
    wal.commit(NOON);
    stop = wal.end();
    List<Commit> ends = new ArrayList<>();
    List<Lsn> befores = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      befores.add(wal.filler(400 + random.nextInt(20_000)));
      Instant time = NOON.plusMillis(i);
      ends.add(
          switch (i % 5) {
            case 0 -> wal.abort(time);
            case 1 -> wal.commitPrepared(100_000 + i, time);
            default -> wal.commit(time);
          });
    }
    store();
    assertThat(journal.view().stretches().getFirst().bytes()).isGreaterThan(2_500_000);
    assertThat(before).isLessThan(stop);
    for (int i = 0; i < 300; i += 7) {
      Commit end = ends.get(i);
      if (i % 5 == 0) {
        assertThat(refused(transaction(end.xid()))).isEqualTo(ErrorCode.TARGET_ROLLED_BACK);
        continue;
      }
      ResolvedTarget kept = resolve(new TargetRequest.AtTransaction(end.xid(), true));
      assertThat(kept.recordStart()).isEqualTo(end.start());
      assertThat(kept.recordEnd()).isEqualTo(end.end());
      assertThat(kept.notes()).isEmpty();
      ResolvedTarget left = resolve(new TargetRequest.AtTransaction(end.xid(), false));
      assertThat(left.recordStart()).isEqualTo(befores.get(i));
      assertThat(resolve(new TargetRequest.AtLsn(end.start(), false)).recordStart())
          .isEqualTo(befores.get(i));
      assertThat(resolve(new TargetRequest.AtTime(end.time(), false)).recordStart())
          .isEqualTo(befores.get(i));
      assertThat(journal.locate(journal.view(), transaction(end.xid()), FIRST, stop))
          .isEqualTo(end.start());
    }
  }

  private static TargetRequest.AtTransaction transaction(long xid) {
    return new TargetRequest.AtTransaction(xid, true);
  }

  @Test
  void whatEndedBeforeTheBackupDidOrNeverIsRefused() {
    wal.filler(100);
    Commit early = wal.commit(NOON);
    wal.point("early", NOON);
    stop = wal.end();
    Commit late = wal.commit(NOON);
    store();
    assertThat(resolve(transaction(late.xid())).recordStart()).isEqualTo(late.start());
    assertThat(refused(transaction(early.xid()))).isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
    assertThat(refused(transaction(late.xid() + 1))).isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
    assertThat(refused(new TargetRequest.AtName("early")))
        .isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
    Failure failure =
        catchThrowableOfType(
            Failure.class,
            () ->
                journal.locate(
                    journal.view(), transaction(late.xid() + 1), FIRST, wal.start().plus(40)));
    assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
  }

  @Test
  void ofPointsWithOneNameTheFirstIsTakenAndTheOthersAreTold() {
    wal.point("twice", NOON.minusSeconds(9));
    stop = wal.end();
    wal.filler(3000);
    Lsn first = wal.point("twice", NOON);
    wal.point("twice more", NOON);
    wal.filler(2_000_000);
    Lsn second = wal.point("twice", NOON.plusSeconds(5));
    wal.filler(100);
    store();
    ResolvedTarget target = resolve(new TargetRequest.AtName("twice"));
    assertThat(target.recordStart()).isEqualTo(first);
    assertThat(target.notes()).hasSize(1).first().asString().contains(second.toString());
    assertThat(resolve(new TargetRequest.AtName("twice more")).notes()).isEmpty();
    assertThat(refused(new TargetRequest.AtName("twi"))).isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
  }

  /** After four billion transactions the numbers come again. */
  @Test
  void aNumberThatWasUsedTwiceIsAmbiguousAndAnotherEpochIsAnother() {
    wal.checkpoint((5L << 32) + 701);
    stop = wal.end();
    wal.nextXid(701);
    wal.commit(NOON);
    Commit once = wal.commit(NOON.plusSeconds(1));
    wal.filler(1_500_000);
    wal.nextXid(701);
    wal.commit(NOON.plusSeconds(2));
    store();
    assertThat(refused(transaction(701))).isEqualTo(ErrorCode.TARGET_AMBIGUOUS);
    assertThat(resolve(transaction(once.xid())).recordStart()).isEqualTo(once.start());
    assertThat(resolve(transaction((5L << 32) + once.xid())).recordStart()).isEqualTo(once.start());
    assertThat(refused(transaction((4L << 32) + once.xid())))
        .isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
  }

  @Test
  void anIdOfTheEpochBeforeMayEndBehindTheBackup() {
    wal.checkpoint((5L << 32) + 3);
    stop = wal.end();
    wal.nextXid(0xFFFF_FFF0L);
    Commit old = wal.commit(NOON);
    store();
    assertThat(resolve(transaction((4L << 32) + old.xid())).recordStart()).isEqualTo(old.start());
    assertThat(refused(transaction((5L << 32) + old.xid())))
        .isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
  }

  /** Equal times: exclusive leaves out all of them, inclusive keeps all. */
  @Test
  void ofEqualTimesAllAreKeptOrNone() {
    wal.filler(100);
    stop = wal.end();
    Commit before = wal.commit(NOON);
    wal.commit(NOON.plusSeconds(1));
    Commit last = wal.commit(NOON.plusSeconds(1));
    wal.commit(NOON.plusSeconds(2));
    store();
    Instant time = NOON.plusSeconds(1);
    assertThat(resolve(new TargetRequest.AtTime(time)).recordStart()).isEqualTo(last.start());
    assertThat(resolve(new TargetRequest.AtTime(time, false)).recordStart())
        .isEqualTo(before.start());
  }

  @Test
  void behindAHoleNothingIsFoundAndItIsSaid() {
    wal.filler(100);
    stop = wal.end();
    wal.commit(NOON);
    store();
    for (int i = 1; wal.end().isBefore(wal.start().plus(6L << 20)); i++) {
      wal.filler(5000);
      wal.commit(NOON.plusSeconds(i));
    }
    Lsn point = wal.point("behind", NOON.plusSeconds(10_000));
    Commit last = wal.commit(NOON.plusSeconds(10_000));
    server.oldest = wal.start().plus(4L << 20);
    store();
    assertThat(journal.view().holes()).hasSize(1);
    assertThat(refused(transaction(last.xid()))).isEqualTo(ErrorCode.TARGET_IN_HOLE);
    assertThat(refused(new TargetRequest.AtName("behind"))).isEqualTo(ErrorCode.TARGET_IN_HOLE);
    assertThat(journal.locate(journal.view(), new TargetRequest.AtName("behind"), FIRST, stop))
        .isEqualTo(point);
    assertThat(journal.locate(journal.view(), transaction(last.xid()), FIRST, stop))
        .isEqualTo(last.start());
  }
}
