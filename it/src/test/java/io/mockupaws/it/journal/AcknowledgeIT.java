package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.it.support.EveryVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;

/** What is reported to the server as flushed, and when. */
class AcknowledgeIT {
  private static final String FLUSHED =
      "SELECT coalesce(flush_lsn, '0/0')::text FROM pg_stat_replication"
          + " WHERE application_name = '"
          + StreamFixture.SLOT
          + "'";

  @TempDir Path spool;

  /** A pause of this process is shorter than its {@code wal_sender_timeout}. */
  private StreamFixture fixture(int major) {
    return new StreamFixture(
        EmbeddedPostgres.builder(major)
            .segmentMegabytes(1)
            .setting("wal_sender_timeout", "10s")
            .start(),
        spool,
        1);
  }

  @EveryVersion
  void receivedButUnstoredWalIsNotAcknowledgedWhateverKeepalivesSay(int major) {
    try (StreamFixture it = fixture(major);
        JournalStream stream = it.streaming()) {
      it.insert(10, 320);
      it.awaitStored(stream, it.flushed());
      it.store.block(true);
      Lsn before = Lsn.parse(it.value(FLUSHED));
      it.insert(3000, 640);
      Lsn end = it.flushed();
      await().atMost(StreamFixture.PATIENCE).until(() -> !stream.state().received().isBefore(end));
      List<Lsn> seen = new ArrayList<>();
      try {
        // wal_sender_timeout is 10 s: 30 s are three times what a silent receiver would survive
        await()
            .during(Duration.ofSeconds(30))
            .atMost(Duration.ofSeconds(90))
            .pollInterval(Duration.ofMillis(500))
            .failFast(
                "what was not stored was acknowledged",
                // what was under way when the store began to block may have arrived
                () -> Lsn.parse(it.value(FLUSHED)).minus(before) >= 64 * 1024)
            .until(
                () -> {
                  it.insert(1, 32);
                  return seen.add(Lsn.parse(it.value(FLUSHED)));
                });
        assertThat(seen.getLast()).isEqualTo(seen.getFirst());
        assertThat(stream.state().connections()).isEqualTo(1);
      } finally {
        // a stream cannot end while its store holds it: a failure would hang
        it.store.block(false);
      }
      await()
          .atMost(StreamFixture.PATIENCE)
          .until(() -> !Lsn.parse(it.value(FLUSHED)).isBefore(end));
      assertThat(stream.state().stored()).isGreaterThanOrEqualTo(end);
    }
  }

  @EveryVersion
  void commitsThatWaitForUsReturnOnceTheirWalIsStored(int major) {
    try (StreamFixture it = fixture(major);
        JournalStream stream = it.streaming()) {
      it.server.run(
          "ALTER SYSTEM SET synchronous_standby_names = '" + StreamFixture.SLOT + "'",
          "ALTER SYSTEM SET synchronous_commit = 'remote_apply'",
          "SELECT pg_reload_conf()");
      await()
          .atMost(StreamFixture.PATIENCE)
          .until(() -> stream.state().synchronous() && isSync(it));
      try (Sql sql = it.server.sql("postgres")) {
        for (int i = 0; i < 50; i++) {
          returns(commits(sql, String.valueOf(i)));
          Lsn committed = Lsn.parse(sql.value("SELECT pg_current_wal_flush_lsn()::text"));
          assertThat(stream.state().stored().minus(committed))
              .as("stored behind the commit")
              .isGreaterThan(-8192);
        }
        it.store.block(true);
        CompletableFuture<Void> commit = commits(sql, "waits");
        await()
            .during(Duration.ofSeconds(3))
            .atMost(Duration.ofSeconds(30))
            .until(() -> !commit.isDone());
        it.store.block(false);
        returns(commit);
      }
      it.server.run("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
    }
  }

  private static CompletableFuture<Void> commits(Sql sql, String row) {
    return CompletableFuture.runAsync(() -> sql.run("INSERT INTO t (x) VALUES ('" + row + "')"));
  }

  /** What waits for ever must not make the test wait. */
  private static void returns(CompletableFuture<Void> commit) {
    commit.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static boolean isSync(StreamFixture it) {
    return it.value("SELECT coalesce(max(sync_state), '') FROM pg_stat_replication").equals("sync");
  }

  @EveryVersion
  void aFullBufferStopsReceivingAndNotTheAnswers(int major) {
    try (StreamFixture it = fixture(major);
        JournalStream stream = it.stream(it.settings().withSpoolLimit(2 << 20))) {
      stream.awaitStreaming(StreamFixture.PATIENCE, () -> false);
      it.store.block(true);
      it.insert(100_000, 640);
      Lsn end = it.flushed();
      await()
          // three times wal_sender_timeout
          .during(Duration.ofSeconds(30))
          .atMost(Duration.ofSeconds(90))
          .until(
              () -> stream.state().connections() == 1 && stream.state().received().isBefore(end));
      it.store.block(false);
      it.awaitStored(stream, end);
      assertThat(stream.state().connections()).isEqualTo(1);
    }
  }

  @EveryVersion
  void theSpoolIsEnoughWhereTheSettingSaysSo(int major) {
    try (StreamFixture it = fixture(major);
        JournalStream stream =
            it.stream(it.settings().withDurability(JournalSettings.Durability.SPOOL))) {
      stream.awaitStreaming(StreamFixture.PATIENCE, () -> false);
      it.store.block(true);
      it.insert(3000, 640);
      Lsn end = it.flushed();
      await()
          .atMost(StreamFixture.PATIENCE)
          .until(() -> !Lsn.parse(it.value(FLUSHED)).isBefore(end));
      assertThat(stream.state().stored()).isLessThan(end);
      assertThat(stream.state().phase()).isEqualTo(StreamState.Phase.STREAMING);
      it.store.block(false);
      it.awaitStored(stream, end);
    }
  }

  @EveryVersion
  void aStoreThatIsAwayIsWaitedFor(int major) {
    try (StreamFixture it = fixture(major);
        JournalStream stream = it.streaming()) {
      it.store.fail(true);
      it.insert(3000, 640);
      Lsn end = it.flushed();
      await().atMost(StreamFixture.PATIENCE).until(() -> stream.state().lastError().isPresent());
      assertThat(stream.state().stored()).isLessThan(end);
      it.store.fail(false);
      it.awaitStored(stream, end);
      await().atMost(StreamFixture.PATIENCE).until(() -> stream.state().lastError().isEmpty());
    }
  }
}
