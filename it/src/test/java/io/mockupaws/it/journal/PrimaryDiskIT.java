package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.PrimaryDiskPolicy;
import io.mockupaws.engine.journal.PrimaryDiskPolicy.Choice;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.Restores;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.junit.jupiter.api.io.TempDir;

/** A server whose {@code pg_wal} lies on a small disk, and a repository that takes no WAL. */
class PrimaryDiskIT {
  private static final int MEGABYTES = 160;
  private static final int KEPT_MEGABYTES = 32;
  private static final String FLUSHED = "SELECT max(flush_lsn)::text FROM pg_stat_replication";

  @TempDir private Path spool;

  @EveryVersion
  void keptWalIsAlarmedAtHalfAndNothingOfItIsLost(int major) throws IOException {
    try (SmallDisk disk = SmallDisk.mount(MEGABYTES, HostUser.forServers());
        StreamFixture it = new StreamFixture(server(major, disk), spool, 1);
        JournalStream stream = stream(it, Choice.KEEP, 1L << 30)) {
      it.insert(10, 320);
      it.awaitStored(stream, it.flushed());
      it.store.block(true);
      Lsn before = Lsn.parse(it.value(FLUSHED));
      try {
        while (!isAlarmed(stream)) {
          it.insert(4000, 640);
          waitForLook(stream, it);
          assertThat(stream.state().disk().map(PrimaryDisk::held).orElse(0L))
              .isLessThan((long) MEGABYTES << 20);
        }
        PrimaryDisk seen = stream.state().disk().orElseThrow();
        assertThat(seen.held()).isGreaterThanOrEqualTo(seen.limit().orElseThrow());
        assertThat(seen.growth().orElseThrow()).as("bytes a second").isPositive();
        assertThat(seen.fullIn().orElseThrow()).isLessThan(Duration.ofHours(1));
        assertThat(seen.capacity().orElseThrow()).isLessThanOrEqualTo((long) MEGABYTES << 20);
        assertThat(Lsn.parse(it.value(FLUSHED)).minus(before)).isLessThan(64 * 1024);
      } finally {
        it.store.block(false);
      }
      it.awaitStored(stream, it.flushed());
      assertThat(new Journal(it.cluster).view().holes()).isEmpty();
      assertThat(it.compareWithServer()).isPositive();
    }
  }

  /** What the server itself would keep for a slot is the room, where the disk has more. */
  @EveryVersion
  void theAlarmComesAtHalfOfWhatTheServerKeepsForASlot(int major) {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder(major)
            .segmentMegabytes(1)
            .setting("max_slot_wal_keep_size", KEPT_MEGABYTES + "MB")
            .start();
    try (StreamFixture it = new StreamFixture(server, spool, 1);
        JournalStream stream = stream(it, Choice.KEEP, 1L << 30)) {
      it.insert(10, 320);
      it.awaitStored(stream, it.flushed());
      it.store.block(true);
      try {
        it.insert(4000, 640);
        waitForLook(stream, it);
        assertThat(it.held()).isLessThan((long) KEPT_MEGABYTES << 19);
        assertThat(isAlarmed(stream)).isFalse();
        while (it.held() < (long) KEPT_MEGABYTES << 19) {
          it.insert(4000, 640);
        }
        assertThat(it.held()).isLessThan((long) KEPT_MEGABYTES << 20);
        await().atMost(StreamFixture.PATIENCE).until(() -> isAlarmed(stream));
        PrimaryDisk seen = stream.state().disk().orElseThrow();
        assertThat(seen.capacity()).hasValue((long) KEPT_MEGABYTES << 20);
        assertThat(seen.limit()).hasValue((long) KEPT_MEGABYTES << 19);
      } finally {
        it.store.block(false);
      }
      it.awaitStored(stream, it.flushed());
      assertThat(new Journal(it.cluster).view().holes()).isEmpty();
    }
  }

  @EveryVersion
  void shedWalLeavesAHoleAndTheServerRunning(int major) {
    try (SmallDisk disk = SmallDisk.mount(MEGABYTES, HostUser.forServers());
        StreamFixture it = new StreamFixture(server(major, disk), spool, 1);
        JournalStream stream = stream(it, Choice.SHED, 4 << 20)) {
      backup(it);
      it.awaitStored(stream, it.flushed());
      it.store.block(true);
      Lsn inTheHole;
      try {
        // more than the disk holds: without shedding the server would have to stop
        Lsn begin = it.flushed();
        while (it.flushed().minus(begin) < 2L * (MEGABYTES << 20)) {
          it.insert(4000, 640);
          await().atMost(StreamFixture.PATIENCE).until(() -> it.held() < (long) MEGABYTES << 19);
        }
        inTheHole = begin.plus(MEGABYTES << 20);
      } finally {
        it.store.block(false);
      }
      assertThat(it.server.isRunning()).isTrue();
      it.insert(10, 320);
      it.awaitStored(stream, it.flushed());
      await().atMost(StreamFixture.PATIENCE).until(() -> stream.state().unrecordedHoles() == 0);
      JournalView view = new Journal(it.cluster).view();
      assertThat(view.holes()).extracting(Hole::kind).contains(Hole.Kind.MISSING);
      assertThat(view.holes().getFirst().reason()).startsWith("shed to protect");
      Failure refused =
          catchThrowableOfType(
              Failure.class,
              () ->
                  new Restores(it.cluster, InstantSource.system())
                      .plan(
                          RestoreRequest.to(spool.resolve("target"), Instant.now())
                              .withTarget(new TargetRequest.AtLsn(inTheHole, true))));
      assertThat(refused.code()).isIn(ErrorCode.TARGET_IN_HOLE, ErrorCode.TARGET_OUTSIDE_WINDOW);
      BackupResult behind = backup(it);
      it.insert(10, 320);
      Lsn end = it.flushed();
      it.awaitStored(stream, end);
      JournalView after = new Journal(it.cluster).view();
      assertThat(after.covers(behind.timeline(), behind.start(), end)).isTrue();
    }
  }

  private static EmbeddedPostgres server(int major, SmallDisk disk) {
    return EmbeddedPostgres.builder(major)
        .segmentMegabytes(1)
        .initdb("--waldir=" + disk.path().resolve("wal"))
        .setting("max_wal_size", "8MB")
        .setting("min_wal_size", "4MB")
        .start();
  }

  private static JournalStream stream(StreamFixture it, Choice choice, long spoolLimit) {
    JournalStream stream =
        it.stream(
            it.settings()
                .withSpoolLimit(spoolLimit)
                .withPrimaryDisk(new PrimaryDiskPolicy(choice, OptionalLong.empty())));
    stream.awaitStreaming(StreamFixture.PATIENCE, () -> false);
    return stream;
  }

  private static BackupResult backup(StreamFixture it) {
    ServerAddress address = ServerAddress.parse(it.server.url("postgres"));
    try (JournalWal wal =
        JournalWal.open(
            it.repository.id(),
            it.cluster,
            it.walServer(),
            it.settings(),
            InstantSource.system(),
            () -> false)) {
      return new Backups(it.cluster, address, new SecureRandom())
          .take(BackupRequest.usual(), wal, BackupProgress.none());
    }
  }

  private static boolean isAlarmed(JournalStream stream) {
    return stream.state().disk().filter(PrimaryDisk::alarm).isPresent();
  }

  /** Until the watch has seen what is held by now, to within a little. */
  private static void waitForLook(JournalStream stream, StreamFixture it) {
    long held = it.held();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                stream.state().disk().filter(seen -> seen.held() >= held - (1 << 20)).isPresent());
  }
}
