package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.PostgresFailure;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server is killed in the middle of a record that goes over many segments, the first of which are
 * in the journal by then. Started again it gives that record up and goes on behind it.
 */
class AbortedRecordIT {
  private static final int LONG = 200_000_000;
  private static final int IN_THE_JOURNAL = 3 << 20;
  private static final int ATTEMPTS = 8;

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void whatIsBehindARecordThatWasGivenUpIsStreamedAndReplayed(int major) throws IOException {
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE TABLE t (i int)");
      BackupResult first = cluster.backup();
      live.run("INSERT INTO t VALUES (1)");
      breakARecordOff(live, cluster);
      live.run("INSERT INTO t VALUES (2)");
      cluster.awaitDurable();
      cluster.backup();
      live.run("INSERT INTO t VALUES (3)");
      cluster.awaitDurable();
      assertThat(new Journal(cluster.repository()).view().holes()).isEmpty();
      RestoreResult result =
          copy.restore(r -> started(live.binaries()).apply(r.withBackup(first.id())));
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.column("SELECT i FROM t ORDER BY i")).containsExactly("1", "2", "3");
      }
      // in the words of VerifyOverwriteContrecord, src/backend/access/transam/xlogrecovery.c
      assertThat(Files.readString(result.recovered().orElseThrow().log()))
          .contains("successfully skipped missing contrecord");
    }
  }

  /** With few buffers a long record is written out, and streamed, while it is still made. */
  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .segmentMegabytes(1)
        .setting("wal_buffers", "64kB")
        .setting("autovacuum", "off")
        .start();
  }

  /** Again where the record was whole before the kill. */
  private static void breakARecordOff(EmbeddedPostgres live, ProtectedCluster cluster) {
    for (int i = 0; i < ATTEMPTS; i++) {
      Lsn begin = cluster.awaitDurable();
      killInTheMiddle(live, cluster, begin);
      live.start();
      if (end(live).minus(begin) < LONG) {
        return;
      }
    }
    throw new AssertionError("each of " + ATTEMPTS + " records was whole before the kill");
  }

  private static Lsn end(EmbeddedPostgres live) {
    try (Sql sql = live.sql("postgres")) {
      return Lsn.parse(sql.value("SELECT pg_current_wal_insert_lsn()"));
    }
  }

  private static void killInTheMiddle(EmbeddedPostgres live, ProtectedCluster cluster, Lsn begin) {
    Thread writer = Thread.startVirtualThread(() -> write(live));
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> cluster.state().stored().minus(begin) > IN_THE_JOURNAL);
    live.kill();
    await().atMost(Duration.ofMinutes(1)).until(() -> !writer.isAlive());
  }

  private static void write(EmbeddedPostgres live) {
    try (Sql sql = live.sql("postgres")) {
      sql.run("SELECT pg_logical_emit_message(true, 'm', repeat('x', " + LONG + "))");
    } catch (PostgresFailure e) {
      // its server was killed, as it was to be
    }
  }
}
