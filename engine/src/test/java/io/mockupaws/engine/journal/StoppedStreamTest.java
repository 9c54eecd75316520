package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream that is told to stop while nobody answers any more. */
class StoppedStreamTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path spool;

  private final WatchedStore watched = new WatchedStore(Stores.inMemory());
  private final Repository repository =
      Repository.create(watched.store(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final MadeWal wal = new MadeWal(64L << 20);
  private final MadeServer server = new MadeServer(wal);
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letHangingThreadsEnd() {
    end.countDown();
  }

  private JournalStream stream(JournalSettings.Durability durability) {
    return JournalStream.start(
        repository.id(),
        cluster,
        server,
        JournalSettings.of(spool, "slot")
            .withTailInterval(Duration.ofMillis(5))
            .withDurability(durability),
        InstantSource.system(),
        Duration.ZERO);
  }

  private void commits(int count) {
    for (int i = 0; i < count; i++) {
      wal.filler(700);
      wal.commit(NOON.plusMillis(i));
    }
  }

  private static void awaitStored(JournalStream stream, Lsn end) {
    await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(end));
  }

  @Test
  void itEndsThoughServerAndStoreHangAndTheNextOneStoresTheRest() {
    commits(300);
    JournalStream stopped = stream(JournalSettings.Durability.SPOOL);
    awaitStored(stopped, wal.end());
    assertThat(stopped.state().unstored()).isZero();
    Lsn stored = wal.end();
    watched.hang(end);
    commits(2500);
    await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
    server.hang(end);
    server.cut();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(stopped::close);
    await().atMost(PATIENCE).until(closing::isDone);
    assertThat(closing).isCompletedWithValue(null);
    assertThat(stopped.state().unstored()).isEqualTo(wal.end().minus(stored));

    watched.hang(new CountDownLatch(0));
    server.hang(new CountDownLatch(0));
    server.away = true;
    forgetTheLease();
    try (JournalStream next = stream(JournalSettings.Durability.ANY)) {
      awaitStored(next, wal.end());
      assertThat(next.state().connections()).isZero();
    }
    assertThat(new Journal(cluster).view().stretches())
        .containsExactly(new Stretch(FIRST, wal.start(), wal.end()));
  }

  /** Idle, with nothing left to store: then there is nothing to say either. */
  @Test
  void whereAllIsStoredItEndsTooAndSaysSo() {
    commits(300);
    JournalStream stopped = stream(JournalSettings.Durability.ANY);
    awaitStored(stopped, wal.end());
    watched.hang(end);
    watched.hangLeases();
    server.hang(end);
    server.cut();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(stopped::close);
    await().atMost(PATIENCE).until(closing::isDone);
    assertThat(stopped.state().unstored()).isZero();
    assertThat(stopped.state().phase()).isEqualTo(StreamState.Phase.STOPPED);
  }

  /** Its holder lives on with this process. */
  private void forgetTheLease() {
    for (ObjectInfo object : cluster.list("lease/")) {
      cluster.delete(object.key());
    }
  }
}
