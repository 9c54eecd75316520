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
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a standby, beside its primary on one host. */
class StandbyIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The life of one that follows another standby, until it is itself a primary. */
  @EveryVersion
  void aStandbyIsBackedUpUntilItIsPromoted(int major) throws IOException {
    try (EmbeddedPostgres primary = server(major);
        EmbeddedPostgres middle = standbyOf(primary);
        EmbeddedPostgres far = standbyOf(middle)) {
      primary.run("CREATE TABLE t AS SELECT generate_series(1, 10000) n");
      awaitReplay(primary, far);
      Bench bench = Bench.of(far.url("postgres"));
      assertIsBackedUp(bench);
      notWithoutFullPages(bench, primary, far);
      assertBreaksOff(
          bench,
          ErrorCode.BACKUP_INTERRUPTED,
          "followed its primary to timeline 2",
          () -> {
            middle.run("SELECT pg_promote()", "CHECKPOINT");
            awaitTimeline(far, 2);
          });
      assertBreaksOff(
          bench, ErrorCode.BACKUP_INTERRUPTED, "promoted", () -> far.run("SELECT pg_promote()"));
      assertThat(bench.cluster().backupIds()).hasSize(2);
      assertThat(bench.take(Reading.SQL).timeline().id()).isEqualTo(3);
    }
  }

  /** Pages of a standby may be torn then, and nothing in the WAL would mend them. */
  private static void notWithoutFullPages(
      Bench bench, EmbeddedPostgres primary, EmbeddedPostgres standby) {
    assertBreaksOff(
        bench,
        ErrorCode.SERVER_SETTING,
        "full_page_writes",
        () -> fullPages(primary, standby, "off"));
    assertThatThrownBy(() -> bench.take(Reading.SQL))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVER_SETTING))
        .hasMessageContaining("full_page_writes");
    fullPages(primary, standby, "on");
  }

  private static void fullPages(
      EmbeddedPostgres primary, EmbeddedPostgres standby, String onOrOff) {
    primary.run("ALTER SYSTEM SET full_page_writes = " + onOrOff, "SELECT pg_reload_conf()");
    try (Sql sql = primary.sql("postgres")) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                sql.run("CHECKPOINT");
                return sql.value("SELECT full_page_writes FROM pg_control_checkpoint()")
                    .equals(onOrOff.equals("on") ? "t" : "f");
              });
    }
    awaitReplay(primary, standby);
  }

  private static void awaitTimeline(EmbeddedPostgres standby, int timeline) {
    try (Sql sql = standby.sql("postgres")) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                sql.run("CHECKPOINT");
                return sql.number("SELECT min_recovery_end_timeline FROM pg_control_recovery()")
                    == timeline;
              });
    }
  }

  private static void assertBreaksOff(
      Bench bench, ErrorCode code, String what, Runnable whenReading) {
    assertThatThrownBy(() -> bench.take(Reading.SQL, onceWhenReading(whenReading)))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).as(failure.what()).isEqualTo(code);
              assertThat(failure.what()).contains(what);
            });
  }

  @EveryVersion
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
        .setting("wal_retrieve_retry_interval", "100ms")
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
    Path signal = data.resolve("standby.signal");
    if (!Files.exists(signal)) {
      standby.user().own(Files.createFile(signal));
    }
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

  private static BackupProgress onceWhenReading(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    return new BackupProgress() {
      @Override
      public void report(State state) {
        if (state.phase() == Phase.READING && done.compareAndSet(false, true)) {
          action.run();
        }
      }

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }
}
