package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupProgress.Phase;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.BackupSpan;
import io.mockupaws.engine.backup.DurableWal;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a backup breaks off, nothing of it is visible and it can be taken again at once. */
class BrokenOffIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** One of each version, for all the cases that it has. */
  private static final Map<Integer, EmbeddedPostgres> SERVERS = new TreeMap<>();

  private static EmbeddedPostgres server(int major) {
    return SERVERS.computeIfAbsent(major, BrokenOffIT::start);
  }

  private static EmbeddedPostgres start(int major) {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder(major)
            .setting("autovacuum", "off")
            .setting("archive_mode", "on")
            .setting("archive_command", "false")
            .start();
    server.run(
        "CREATE TABLE big AS SELECT n, repeat(md5(n::text), 30) AS t"
            + " FROM generate_series(1, 60000) n");
    return server;
  }

  @AfterAll
  static void stopServers() {
    SERVERS.values().forEach(EmbeddedPostgres::close);
  }

  /** Calls something once when bytes have been read. */
  private static BackupProgress whenReading(Runnable once) {
    return when(phase -> phase == Phase.READING, once);
  }

  /** Calls something once, in the first phase that is meant. */
  private static BackupProgress when(Predicate<Phase> meant, Runnable once) {
    AtomicBoolean done = new AtomicBoolean();
    return new BackupProgress() {
      @Override
      public void report(State state) {
        if (meant.test(state.phase()) && done.compareAndSet(false, true)) {
          once.run();
        }
      }

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }

  private static void assertNothingIsLeft(EmbeddedPostgres server, Bench bench) {
    assertThat(bench.cluster().backupIds()).isEmpty();
    // Packs are kept only where notes say what is in them, for the next backup.
    assertThat(backupsWith(bench, "packs/")).isEqualTo(backupsWith(bench, "notes/"));
    await().atMost(PATIENCE).until(() -> sessions(server) == 0);
    assertThat(bench.take(Reading.SQL).isSound()).isTrue();
  }

  private static List<String> backupsWith(Bench bench, String prefix) {
    return bench.cluster().list(prefix).stream()
        .map(object -> object.key().value().split("/", -1)[3])
        .distinct()
        .toList();
  }

  private static long sessions(EmbeddedPostgres server) {
    return number(
        server, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mockupaws'");
  }

  private static long number(EmbeddedPostgres server, String query) {
    try (Sql sql = server.sql("postgres")) {
      return sql.number(query);
    }
  }

  private static void terminate(EmbeddedPostgres server, String condition) {
    server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'mockupaws' AND "
            + condition);
  }

  private static void assertBreaksOff(
      EmbeddedPostgres server, Reading reading, BackupProgress progress) {
    Bench bench = Bench.of(server.url("postgres"));
    assertThatThrownBy(() -> bench.take(reading, progress))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_INTERRUPTED));
    assertNothingIsLeft(server, bench);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17})
  void cancelledInAnyPhase(int major) {
    EmbeddedPostgres server = server(major);
    for (Phase phase : EnumSet.complementOf(EnumSet.of(Phase.COMPARING))) {
      AtomicBoolean reached = new AtomicBoolean();
      BackupProgress progress =
          new BackupProgress() {
            @Override
            public void report(State state) {
              reached.compareAndSet(false, state.phase() == phase);
            }

            @Override
            public boolean cancelled() {
              return reached.get();
            }
          };
      assertBreaksOff(server, Reading.SQL, progress);
    }
  }

  /** WAL comes to us by itself: that archiving fails on all these servers holds no backup up. */
  @EveryVersion
  void noBackupWaitsForTheServersArchive(int major) {
    EmbeddedPostgres server = server(major);
    server.run("SELECT pg_switch_wal()");
    await()
        .atMost(PATIENCE)
        .until(() -> number(server, "SELECT failed_count FROM pg_stat_archiver") > 0);
    Bench bench = Bench.of(server.url("postgres"));
    BackupResult backup =
        CompletableFuture.supplyAsync(() -> bench.take(Reading.SQL))
            .orTimeout(180, TimeUnit.SECONDS)
            .join();
    assertThat(backup.isSound()).isTrue();
    assertThat(number(server, "SELECT archived_count FROM pg_stat_archiver")).isZero();
  }

  /** Between the listing and the reading of its files a table goes: the WAL says so too. */
  @EveryVersion
  void filesThatGoWhileTheyAreReadAreLeftOut(int major) {
    EmbeddedPostgres server = server(major);
    for (Reading reading : List.of(Reading.SQL, Reading.DIRECT)) {
      server.run("CREATE TABLE passing AS SELECT generate_series(1, 10000) n");
      String path;
      try (Sql sql = server.sql("postgres")) {
        path = sql.value("SELECT pg_relation_filepath('passing')");
      }
      Bench bench = Bench.of(server.url("postgres"));
      BackupResult backup =
          bench.take(
              reading,
              whenReading(
                  () -> {
                    server.run("DROP TABLE passing", "CHECKPOINT");
                    assertThat(server.dataDirectory().resolve(path)).doesNotExist();
                  }));
      assertThat(backup.isSound()).isTrue();
      assertThat(backup.warnings()).isEmpty();
      assertThat(bench.files(backup.id())).containsKey("PG_VERSION").doesNotContainKey(path);
    }
  }

  @EveryVersion
  void theHeldSessionIsEnded(int major) {
    EmbeddedPostgres server = server(major);
    for (Reading reading : List.of(Reading.SQL, Reading.DIRECT)) {
      assertBreaksOff(
          server, reading, whenReading(() -> terminate(server, "query LIKE '%pg_backup_start%'")));
    }
  }

  @EveryVersion
  void aReadersSessionThatIsEndedIsOpenedAgain(int major) {
    EmbeddedPostgres server = server(major);
    AtomicInteger times = new AtomicInteger();
    Bench bench = Bench.of(server.url("postgres"));
    BackupResult backup =
        bench.take(
            Reading.SQL,
            new BackupProgress() {
              @Override
              public void report(State state) {
                if (state.phase() == Phase.READING && times.incrementAndGet() <= 2) {
                  terminate(server, "query LIKE 'COPY%'");
                }
              }

              @Override
              public boolean cancelled() {
                return false;
              }
            });
    assertThat(backup.isSound()).isTrue();
    assertThat(times.get()).isPositive();
    BackupResult undisturbed = bench.take(Reading.DIRECT);
    assertThat(bench.files(backup.id()).keySet()).isEqualTo(bench.files(undisturbed.id()).keySet());
  }

  @EveryVersion
  void theWalWillNeverBeThere(int major) {
    EmbeddedPostgres server = server(major);
    Bench bench = Bench.of(server.url("postgres"));
    DurableWal broken =
        new DurableWal() {
          @Override
          public void check() {}

          @Override
          public boolean isDurable(BackupSpan span) {
            throw new Failure(ErrorCode.WAL_HOLE, "a hole", "fill it");
          }
        };
    assertThatThrownBy(
            () -> bench.backups().take(BackupRequest.usual(), broken, BackupProgress.none()))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WAL_HOLE));
    assertNothingIsLeft(server, bench);
  }

  @EveryVersion
  void aDatabaseCreatedByFileCopyMakesItBeginAnew(int major) {
    EmbeddedPostgres server = server(major);
    Bench bench = Bench.of(server.url("postgres"));
    AtomicInteger asked = new AtomicInteger();
    DurableWal copied =
        new DurableWal() {
          @Override
          public void check() {}

          @Override
          public boolean isDurable(BackupSpan span) {
            if (asked.incrementAndGet() == 1) {
              throw new Failure(ErrorCode.DATABASE_COPIED, "a database was copied", "again");
            }
            return true;
          }
        };
    BackupResult backup =
        bench.backups().take(BackupRequest.usual(), copied, BackupProgress.none());
    assertThat(backup.warnings()).anyMatch(text -> text.contains("a database was copied"));
    assertThat(bench.cluster().backupIds()).containsExactly(backup.id());
    assertThat(bench.cluster().list("packs/"))
        .allMatch(pack -> pack.key().value().contains(backup.id().value()));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 18})
  void theProcessIsKilled(int major) throws IOException, InterruptedException {
    EmbeddedPostgres server = server(major);
    Path folder = Files.createTempDirectory("mockupaws-killed-");
    StoreAddress address = StoreAddress.parse(folder.resolve("repository").toUri().toString());
    Process victim = null;
    try (Store store = Stores.create(address, StoreOptions.none())) {
      Bench bench = Bench.of(server.url("postgres"), store);
      victim = KilledBackup.start(server.url("postgres"), address);
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !bench.cluster().list("packs/").isEmpty());
      victim.destroyForcibly().waitFor();
      assertThat(bench.cluster().backupIds()).isEmpty();
      long begun = System.nanoTime();
      AtomicLong leased = new AtomicLong();
      BackupResult backup =
          bench.take(Reading.SQL, when(_ -> true, () -> leased.set(System.nanoTime())));
      assertThat(bench.cluster().backupIds()).containsExactly(backup.id());
      // At once: the lease of a holder that is known to be gone does not have to run out.
      assertThat(Duration.ofNanos(leased.get() - begun)).isLessThan(Lease.TERM);
    } finally {
      if (victim != null) {
        victim.destroyForcibly();
      }
      FileTrees.delete(folder);
    }
  }
}
