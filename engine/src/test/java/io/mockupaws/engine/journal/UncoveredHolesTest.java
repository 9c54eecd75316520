package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which holes need a backup behind them, and what is acknowledged until it is there. */
class UncoveredHolesTest {
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

  private JournalStream stream(JournalSettings.OnDamage onDamage) {
    return JournalStream.start(
        repository.id(),
        cluster,
        server,
        JournalSettings.of(spool, "slot")
            .withTailInterval(Duration.ofMillis(5))
            .withOnDamage(onDamage),
        InstantSource.system(),
        Duration.ZERO);
  }

  private void store() {
    try (JournalStream stream = stream(JournalSettings.OnDamage.GO_ON)) {
      awaitStored(stream);
    }
  }

  private void awaitStored(JournalStream stream) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                !stream.state().stored().isBefore(wal.end())
                    && stream.state().unrecordedHoles() == 0);
  }

  private Lsn at(int segments) {
    return wal.start().plus((long) segments * MadeWal.SEGMENT);
  }

  private static ManifestHead backup(Lsn start, Lsn stop) {
    return MadeHeads.head(start, stop, NOON);
  }

  private List<Lsn> uncovered(ManifestHead... backups) {
    return new WindowFinder(new Journal(cluster), new Journal(cluster).view(), FIRST)
        .uncovered(List.of(backups)).stream().map(Hole::from).toList();
  }

  /** The server removed what lay between; so it is with a slot that was lost too. */
  @Test
  void whatTheServerRemovedNeedsABackupThatBeginsBehindIt() {
    wal.fillTo(at(2));
    store();
    Lsn reached = wal.end();
    wal.fillTo(at(8));
    server.oldest = at(5);
    store();
    assertThat(uncovered()).containsExactly(reached);
    assertThat(uncovered(backup(at(0), at(1)))).containsExactly(reached);
    assertThat(uncovered(backup(at(5).plus(-8), at(6)))).containsExactly(reached);
    assertThat(uncovered(backup(at(5), wal.end().plus(8))))
        .as("the backup's own WAL is not there")
        .containsExactly(reached);
    assertThat(uncovered(backup(at(5), at(6)))).isEmpty();
    assertThat(uncovered(MadeHeads.corrupt(at(5), at(6), NOON)))
        .as("one with a corrupt page leads behind it too")
        .isEmpty();
    assertThat(uncovered(backup(at(0), at(1)), backup(at(6), at(7)))).isEmpty();
  }

  /**
   * The server writes nothing, or little that it does not flush: the hole is there all the same.
   */
  @Test
  void aHoleWithNothingStoredBehindItNeedsOneToo() {
    wal.fillTo(at(2));
    store();
    Lsn reached = wal.end();
    server.oldest = at(5);
    server.holdsBack = Optional.of(at(5));
    wal.fillTo(at(8));
    try (JournalStream stream = stream(JournalSettings.OnDamage.GO_ON)) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  !stream.state().holes().isEmpty()
                      && stream.state().unrecordedHoles() == 0
                      && stream.state().phase() == StreamState.Phase.STREAMING);
      assertThat(new Journal(cluster).view().end(FIRST)).contains(reached);
      assertThat(stream.uncoveredHoles()).extracting(Hole::from).containsExactly(reached);
    }
  }

  @Test
  void aHoleThatWasHealedNeedsNone() {
    wal.fillTo(at(2));
    store();
    wal.fillTo(at(6));
    server.oldest = at(4);
    store();
    assertThat(uncovered()).hasSize(1);
    server.oldest = Lsn.ZERO;
    try (JournalStream stream = stream(JournalSettings.OnDamage.GO_ON)) {
      await().atMost(PATIENCE).until(() -> new Journal(cluster).view().holes().isEmpty());
      assertThat(stream.uncoveredHoles()).isEmpty();
    }
  }

  /** Segments become objects several at once: a gap that nobody recorded fills by itself. */
  @Test
  void whatIsOnItsWayNeedsNone() {
    wal.fillTo(at(6));
    store();
    SegmentName missing = SegmentName.containing(FIRST, at(3), MadeWal.SEGMENT);
    cluster.delete(new JournalKeys(cluster.prefix()).segment(missing));
    assertThat(new Journal(cluster).view().holes()).hasSize(1);
    assertThat(uncovered()).isEmpty();
  }

  @Test
  void aBrokenRecordNeedsABackupThatBeginsInALaterSegment() {
    wal.fillTo(at(1));
    Lsn broken = breakARecord();
    wal.fillTo(at(4));
    store();
    assertThat(uncovered()).containsExactly(broken);
    assertThat(uncovered(backup(at(0), broken.plus(-8)))).containsExactly(broken);
    assertThat(uncovered(backup(at(2), at(3)))).isEmpty();
  }

  private Lsn breakARecord() {
    wal.filler(9000);
    Lsn broken = wal.filler(400);
    wal.damage(broken.plus(100));
    return broken;
  }

  /** With {@code hold}: across a restart too, and no longer than the operator needs it. */
  @Test
  void heldWalIsAcknowledgedOnceABackupLiesBehindIt() {
    wal.fillTo(at(1));
    Lsn broken = breakARecord();
    wal.fillTo(at(3));
    try (JournalStream stream = stream(JournalSettings.OnDamage.HOLD)) {
      awaitStored(stream);
      assertThat(stream.uncoveredHoles()).extracting(Hole::from).containsExactly(broken);
      await().atMost(PATIENCE).until(() -> server.flushed.equals(broken));
    }
    wal.fillTo(at(5));
    try (JournalStream stream = stream(JournalSettings.OnDamage.HOLD)) {
      awaitStored(stream);
      assertThat(stream.uncoveredHoles()).extracting(Hole::from).containsExactly(broken);
      assertThat(server.flushed).as("neither farther nor back").isEqualTo(broken);
      try (ManifestLog log = new ManifestLog()) {
        cluster.commit(backup(at(3), at(4)), List.of(), log);
      }
      assertThat(stream.uncoveredHoles()).isEmpty();
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
    }
  }
}
