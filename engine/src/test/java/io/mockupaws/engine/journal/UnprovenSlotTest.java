package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our slot on a server shows that it was compared: it gets none before. */
class UnprovenSlotTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path spool;

  private final Repository repository =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final MadeWal wal = new MadeWal(64L << 20);
  private final MadeServer server = new MadeServer(wal);
  private List<String> before = List.of();

  private JournalStream stream(boolean takesOver) {
    return JournalStream.start(
        repository.id(),
        cluster,
        server,
        JournalSettings.of(spool, "slot")
            .withTailInterval(Duration.ofMillis(5))
            .withTakesOver(takesOver),
        InstantSource.system(),
        Duration.ZERO);
  }

  @BeforeEach
  void streamedOnce() {
    commits(wal, 700);
    try (JournalStream stream = stream(false)) {
      awaitStored(stream, wal.end());
    }
    before = keys();
  }

  private static void commits(MadeWal wal, int count) {
    for (int i = 0; i < count; i++) {
      wal.filler(700);
      wal.commit(NOON.plusMillis(i));
    }
  }

  private static void awaitStored(JournalStream stream, Lsn end) {
    await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(end));
  }

  private List<String> keys() {
    return cluster.list("").stream()
        .map(ObjectInfo::key)
        .map(Object::toString)
        .filter(key -> !key.contains("/lease/"))
        .toList();
  }

  /** A clone that was written to, without our slot. */
  private void cloned() {
    MadeWal clone = wal.copy();
    commits(clone, 3000);
    server.wal = clone;
    server.slot = false;
  }

  /** As of a process that is killed in the middle of a comparison: nothing was compared. */
  private void metByAStreamThatDies() {
    server.mute = true;
    try (JournalStream dying = stream(false)) {
      await().atMost(PATIENCE).until(() -> server.streams > 0 && dying.state().connections() > 0);
    }
    server.mute = false;
  }

  private void removeAllThatBothHave() {
    server.oldest = server.wal.end().segmentStart(MadeWal.SEGMENT);
    assertThat(server.oldest).isGreaterThan(wal.end());
  }

  private Failure refusal() {
    try (JournalStream refused = stream(false)) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  refused.state().phase() == StreamState.Phase.FAILED
                      || refused.state().stored().isAfter(wal.end()));
      assertThat(refused.state().phase()).isEqualTo(StreamState.Phase.FAILED);
      Failure failure = refused.state().lastError().orElseThrow();
      assertThat(failure.code()).isEqualTo(ErrorCode.OTHER_LIFE);
      return failure;
    } finally {
      assertThat(keys()).isEqualTo(before);
    }
  }

  @Test
  void aProcessThatDiedBeforeItComparedLeavesNothingToBelieve() {
    cloned();
    server.streams = 0;
    metByAStreamThatDies();
    assertThat(server.slot).as("made before a byte was compared").isFalse();
    removeAllThatBothHave();
    assertThat(refusal().nextStep()).contains("--takes-over");
  }

  @Test
  void aCloneIsRefusedByItsBytesAndGetsNoSlot() {
    MadeWal clone = wal.copy();
    clone.filler(100);
    commits(wal, 100);
    try (JournalStream stream = stream(false)) {
      awaitStored(stream, wal.end());
    }
    before = keys();
    commits(clone, 3000);
    server.wal = clone;
    server.slot = false;
    assertThat(refusal().what()).contains("differs from ours");
    assertThat(server.slot).isFalse();
  }

  @Test
  void theServerItselfGetsItsSlotOnceItWasCompared() {
    server.slot = false;
    commits(wal, 100);
    try (JournalStream stream = stream(false)) {
      awaitStored(stream, wal.end());
      assertThat(server.slot).isTrue();
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
    }
    assertThat(new Journal(cluster).view().stretches())
        .containsExactly(new Stretch(new Timeline(1), wal.start(), wal.end()));
  }

  @Test
  void whoKnowsTheServerMaySaySo() {
    cloned();
    removeAllThatBothHave();
    refusal();
    try (JournalStream stream = stream(true)) {
      awaitStored(stream, server.wal.end());
      assertThat(stream.state().holes()).hasSize(1);
    }
    assertThat(server.slot).isTrue();
  }

  /** It kept the slot with the files, until its server took it away. */
  @Test
  void aCloneWhoseSlotIsLostIsRefusedToo() {
    cloned();
    server.slot = true;
    server.lost = true;
    server.started = NOON;
    removeAllThatBothHave();
    assertThat(refusal().what()).contains("our slot there is lost");
    assertThat(server.lost).isTrue();
  }

  @Test
  void theServerIsKnownAgainThoughItsSlotIsLostUntilItIsStartedAnew() {
    commits(wal, 5000);
    server.lost = true;
    server.oldest = wal.end().segmentStart(MadeWal.SEGMENT);
    try (JournalStream stream = stream(false)) {
      awaitStored(stream, wal.end());
      assertThat(stream.state().holes()).hasSize(1);
    }
    assertThat(server.lost).isFalse();
  }

  /** It came with the files too, and was moved on there. */
  @Test
  void aCloneWhoseSlotBeginsBehindOurEndIsRefusedToo() {
    cloned();
    server.slot = true;
    server.started = NOON;
    removeAllThatBothHave();
    assertThat(refusal().what()).contains("our slot there begins behind our end");
  }

  @Test
  void theServerIsKnownAgainWhereItsSlotBeginsBehindOurEnd() {
    commits(wal, 5000);
    server.oldest = wal.end().segmentStart(MadeWal.SEGMENT);
    try (JournalStream stream = stream(false)) {
      awaitStored(stream, wal.end());
      assertThat(stream.state().holes()).hasSize(1);
    }
  }

  /** Behind a hole there is too little that could differ. */
  @Test
  void aCloneWhoseSlotIsLostIsRefusedWhereAHoleHasJustEnded() {
    commits(wal, 5000);
    Lsn begin = wal.end().segmentStart(MadeWal.SEGMENT).plus(MadeWal.SEGMENT);
    while (!wal.end().isAfter(begin)) {
      wal.filler(700);
    }
    server.oldest = begin;
    try (JournalStream stream = stream(false)) {
      awaitStored(stream, wal.end());
    }
    before = keys();
    cloned();
    server.slot = true;
    server.lost = true;
    server.started = NOON;
    assertThat(refusal().what()).contains("our slot there is lost", "too little WAL");
    assertThat(server.lost).isTrue();
  }
}
