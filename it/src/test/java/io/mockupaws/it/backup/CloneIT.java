package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a streamed server, with its identifier and its timeline, is no server to back up. */
class CloneIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path spool;

  @EveryVersion
  void aCopyOfTheStreamedServerIsRefused(int major) throws IOException {
    try (EmbeddedPostgres live = server(major);
        EmbeddedPostgres copy = server(major)) {
      live.run("CREATE TABLE t AS SELECT generate_series(1, 1000) n");
      copyOver(live, copy);
      Bench bench = Bench.of(live.url("postgres"));
      try (JournalStream stream = bench.stream(spool)) {
        stream.awaitStreaming(PATIENCE, () -> false);
        BackupResult first = take(bench);
        // Checkpoints have times in whole seconds. A copy whose checkpoint lies at the same place,
        // of the same second, cannot be told apart by it.
        live.run("SELECT pg_sleep(1.1)");
        copy.start();
        Bench ofCopy = bench.at(copy.url("postgres"));
        assertIsRefused(ofCopy, bench, 1);
        live.run("CREATE TABLE u AS SELECT repeat('x', 1000) FROM generate_series(1, 20000) n");
        awaitStored(stream, live);
        assertIsRefused(ofCopy, bench, 1);
        assertThat(bench.cluster().backupIds()).containsExactly(first.id());
        take(bench);
        assertThat(bench.cluster().backupIds()).hasSize(2);
      }
      try (JournalWal wal = bench.journal(spool)) {
        assertThat(wal.isOwn()).isTrue();
        bench.backups().take(BackupRequest.usual(), wal, BackupProgress.none());
      }
    }
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .segmentMegabytes(1)
        .hba("host all all 127.0.0.1/32 trust") // the copy has the live server's passwords
        .start();
  }

  /** The files of the one become those of the other, which is left stopped. */
  private static void copyOver(EmbeddedPostgres from, EmbeddedPostgres to) throws IOException {
    from.stop();
    to.stop();
    FileTrees.delete(to.dataDirectory());
    HostCommand.run("cp", "-a", from.dataDirectory().toString(), to.dataDirectory().toString());
    Files.writeString(
        to.dataDirectory().resolve("postgresql.conf"),
        "\nport = %d\n".formatted(to.port()),
        StandardOpenOption.APPEND);
    from.start();
  }

  private BackupResult take(Bench bench) {
    try (JournalWal wal = bench.journal(spool)) {
      assertThat(wal.isOwn()).isFalse();
      return bench.backups().take(BackupRequest.usual(), wal, BackupProgress.none());
    }
  }

  private void assertIsRefused(Bench copy, Bench live, int backups) {
    List<String> before = live.backupObjects();
    assertThatThrownBy(() -> take(copy))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OTHER_LIFE));
    assertThat(live.cluster().backupIds()).hasSize(backups);
    assertThat(live.backupObjects()).isEqualTo(before);
  }

  private static void awaitStored(JournalStream stream, EmbeddedPostgres live) {
    try (Sql sql = live.sql("postgres")) {
      Lsn end = Lsn.parse(sql.value("SELECT pg_current_wal_flush_lsn()"));
      await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(end));
    }
  }
}
