package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupPlan;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups of a standby, beside its primary on one host. */
class StandbyIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(ints = {16, 18})
  void aStandbyIsBackedUpUntilItIsPromoted(int major) throws IOException {
    try (EmbeddedPostgres primary = server(major);
        EmbeddedPostgres standby = standbyOf(primary)) {
      primary.run("CREATE TABLE t AS SELECT generate_series(1, 10000) n");
      awaitReplay(primary, standby);
      Bench bench = Bench.of(standby.url("postgres"));
      assertIsBackedUp(bench);
      assertThatThrownBy(() -> bench.take(Reading.SQL, promotedWhenReading(standby)))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> {
                assertThat(failure.code()).isEqualTo(ErrorCode.BACKUP_INTERRUPTED);
                assertThat(failure.what()).contains("promoted");
              });
      assertThat(bench.cluster().backupIds()).hasSize(2);
      assertThat(bench.take(Reading.SQL).timeline().id()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17})
  void aStandbyIsBackedUpWhileItsPrimaryIsStreamed(int major, @TempDir Path spool)
      throws IOException {
    try (EmbeddedPostgres primary = server(major);
        EmbeddedPostgres standby = standbyOf(primary)) {
      Bench bench = Bench.of(primary.url("postgres"));
      try (JournalStream stream = bench.stream(spool)) {
        stream.awaitStreaming(PATIENCE, () -> false);
        for (int i = 0; i < 2; i++) {
          primary.run(
              "CREATE TABLE t" + i + " AS SELECT generate_series(1, 10000) n", "CHECKPOINT");
          awaitReplay(primary, standby);
          Bench ofStandby = bench.at(standby.url("postgres"));
          try (JournalWal wal = ofStandby.journal(spool)) {
            assertThat(wal.isOwn()).isFalse();
            ofStandby.backups().take(BackupRequest.usual(), wal, BackupProgress.none());
          }
        }
      }
      assertThat(bench.cluster().backupIds()).hasSize(2);
    }
  }

  private static void assertIsBackedUp(Bench bench) {
    BackupPlan plan = bench.backups().plan(BackupRequest.usual());
    assertThat(plan.fromStandby()).isTrue();
    for (Reading reading : new Reading[] {Reading.SQL, Reading.DIRECT}) {
      BackupResult backup = bench.take(reading);
      ManifestHead head = bench.cluster().manifest(backup.id()).head();
      assertThat(head.fromStandby()).isTrue();
      assertThat(head.backupLabel()).contains("BACKUP FROM: standby");
      assertThat(head.stop()).isGreaterThanOrEqualTo(head.start());
      assertThat(bench.files(backup.id())).containsKey("standby.signal");
    }
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .setting("wal_level", "replica")
        .hba("host all all 127.0.0.1/32 trust") // a copy has the other server's passwords
        .hba("host replication all 127.0.0.1/32 trust")
        .start();
  }

  /** A copy of the primary's files that follows it. */
  static EmbeddedPostgres standbyOf(EmbeddedPostgres primary) throws IOException {
    EmbeddedPostgres standby = server(primary.binaries().major());
    Path data = standby.dataDirectory();
    standby.stop();
    primary.stop();
    FileTrees.delete(data);
    HostCommand.run("cp", "-a", primary.dataDirectory().toString(), data.toString());
    Files.writeString(
        data.resolve("postgresql.conf"),
        "\nport = %d\nprimary_conninfo = 'host=127.0.0.1 port=%d user=postgres'\n"
            .formatted(standby.port(), primary.port()),
        StandardOpenOption.APPEND);
    standby.user().own(Files.createFile(data.resolve("standby.signal")));
    primary.start();
    standby.start();
    return standby;
  }

  private static void awaitReplay(EmbeddedPostgres primary, EmbeddedPostgres standby) {
    String written;
    try (Sql sql = primary.sql("postgres")) {
      written = sql.value("SELECT pg_current_wal_lsn()");
    }
    try (Sql sql = standby.sql("postgres")) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> sql.value("SELECT pg_last_wal_replay_lsn() >= '" + written + "'").equals("t"));
    }
  }

  private static BackupProgress promotedWhenReading(EmbeddedPostgres standby) {
    AtomicBoolean done = new AtomicBoolean();
    return new BackupProgress() {
      @Override
      public void report(State state) {
        if (state.phase() == Phase.READING && done.compareAndSet(false, true)) {
          standby.run("SELECT pg_promote()");
        }
      }

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }
}
