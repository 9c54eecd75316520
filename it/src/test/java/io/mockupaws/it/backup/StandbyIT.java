package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.FreePort;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupPlan;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a standby, beside its primary on one host. */
class StandbyIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void aStandbyIsBackedUpUntilItIsPromoted() throws IOException {
    try (DebianCluster primary = DebianCluster.create("--data-checksums");
        Standby standby = Standby.of(primary)) {
      primary.run("CREATE TABLE t AS SELECT generate_series(1, 10000) n");
      standby.awaitReplay(primary);
      Bench bench = Bench.of(standby.login().url("postgres"));
      assertIsBackedUp(bench);
      assertThatThrownBy(() -> bench.take(Reading.SQL, standby.promotedWhenReading()))
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

  @Test
  void aStandbyIsBackedUpWhileItsPrimaryIsStreamed(@TempDir Path spool) throws IOException {
    try (DebianCluster primary = DebianCluster.create("--data-checksums");
        Standby standby = Standby.of(primary)) {
      Bench bench = Bench.of(primary.login().url("postgres"));
      try (JournalStream stream = bench.stream(spool)) {
        stream.awaitStreaming(PATIENCE, () -> false);
        for (int i = 0; i < 2; i++) {
          primary.run(
              "CREATE TABLE t" + i + " AS SELECT generate_series(1, 10000) n", "CHECKPOINT");
          standby.awaitReplay(primary);
          Bench ofStandby = bench.at(standby.login().url("postgres"));
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

  /** A copy that follows. */
  private record Standby(Path folder, ServerLogin login) implements AutoCloseable {
    static Standby of(DebianCluster primary) throws IOException {
      Path folder = Files.createTempDirectory("mockupaws-standby-");
      HostCommand.run("chown", "postgres", folder.toString());
      Standby standby = new Standby(folder, primary.login().at(FreePort.find()));
      program(
          "pg_basebackup",
          "--checkpoint=fast",
          "--write-recovery-conf",
          "--pgdata=" + standby.data(),
          "--dbname=" + primary.login().url("postgres"));
      Files.writeString(
          standby.data().resolve("postgresql.conf"),
          "listen_addresses = '127.0.0.1'\nport = %d\nunix_socket_directories = '%s'\n"
              .formatted(standby.login().port(), folder));
      Files.writeString(
          standby.data().resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
      HostCommand.run("chown", "-R", "postgres", folder.toString());
      standby.control("start", "--log=" + folder.resolve("log"));
      return standby;
    }

    private Path data() {
      return folder.resolve("data");
    }

    private static void program(String name, String... options) {
      List<String> command = new ArrayList<>(List.of("runuser", "-u", "postgres", "--"));
      command.add(DebianCluster.BINARIES.resolve(name).toString());
      command.addAll(List.of(options));
      HostCommand.run(command);
    }

    private void control(String action, String... options) {
      List<String> all =
          new ArrayList<>(List.of(action, "--wait", "--silent", "--pgdata=" + data()));
      all.addAll(List.of(options));
      program("pg_ctl", all.toArray(String[]::new));
    }

    void awaitReplay(DebianCluster primary) {
      String written;
      try (Sql sql = primary.login().sql("postgres")) {
        written = sql.value("SELECT pg_current_wal_lsn()");
      }
      try (Sql sql = login.sql("postgres")) {
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    sql.value("SELECT pg_last_wal_replay_lsn() >= '" + written + "'").equals("t"));
      }
    }

    BackupProgress promotedWhenReading() {
      AtomicBoolean done = new AtomicBoolean();
      return new BackupProgress() {
        @Override
        public void report(State state) {
          if (state.phase() == Phase.READING && done.compareAndSet(false, true)) {
            control("promote");
          }
        }

        @Override
        public boolean cancelled() {
          return false;
        }
      };
    }

    @Override
    public void close() {
      control("stop", "--mode=immediate");
      FileTrees.delete(folder);
    }
  }
}
