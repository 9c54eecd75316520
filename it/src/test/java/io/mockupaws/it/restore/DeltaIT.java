package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.journal.Unshipped;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.Existing;
import io.mockupaws.engine.restore.Occupied;
import io.mockupaws.engine.restore.Placement;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreProgress;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.Restores;
import io.mockupaws.it.support.Contents;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.FileHashes;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/** Restores over what a server left: nothing that it had acknowledged is lost. */
class DeltaIT {

  /**
   * A server is killed under load while nobody streams, its directory is ruined, a first attempt is
   * broken off; then every acknowledged commit is there, and all else is as in a full restore.
   */
  @EveryVersion
  void everyAcknowledgedCommitOfACrashedServerIsThere(int major) throws IOException {
    Path outside = Files.createTempDirectory("mockupaws-it-outside-");
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(binaries(major)).start();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy full = new Copy(cluster.repository())) {
      Set<Long> acknowledged = crash(live, cluster);
      Ruin.of(live.dataDirectory(), outside, major);
      FileHashes before = FileHashes.of(outside);
      Restores restores = cluster.restores();
      RestorePlan plan = restores.plan(delta(live));
      assertPlanned(plan, acknowledged.size());
      assertThat(breakOff(restores, plan, live.dataDirectory()).nextStep()).doesNotContain("kept");
      RestoreResult unstarted = run(restores, restores.plan(delta(live)));
      assertThat(unstarted.fetchedBytes()).isLessThan(unstarted.bytes() / 2);
      if (major == 15) {
        VerificationIT.verify(live.dataDirectory());
      }
      assertThat(FileHashes.of(outside)).isEqualTo(before);
      RestoreResult done =
          run(
              restores,
              restores.plan(delta(live).withBinaries(live.binaries().folder()).starting()));
      assertThat(done.fetchedBytes()).isLessThan(1 << 20);
      full.restore(RestoreIT.started(live.binaries()));
      judge(live, full, acknowledged);
    } finally {
      FileTrees.delete(outside);
    }
  }

  /**
   * The repository takes no writes when the crashed server's directory is restored over: its WAL is
   * kept beside it, is named, and brings every acknowledged commit back once it comes in.
   */
  @EveryVersion
  void whileTheRepositoryCannotBeWrittenTheWalIsKeptBeside(int major) throws IOException {
    SeveredStore store = new SeveredStore(Stores.inMemory());
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(major).start();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), store.store());
        Copy later = new Copy(cluster.repository())) {
      live.run("CREATE TABLE ledger (i int)", "INSERT INTO ledger VALUES (1)");
      cluster.backup();
      cluster.awaitDurable();
      cluster.stopStreaming();
      live.run("INSERT INTO ledger VALUES (2)");
      live.kill();
      Map<String, String> left = segments(live.dataDirectory().resolve("pg_wal"));

      store.readOnly(true);
      Restores restores = cluster.restores();
      RestorePlan broken = restores.plan(delta(live));
      Failure failure = breakOff(restores, broken, live.dataDirectory());
      Path kept = keptBeside(live.dataDirectory());
      assertThat(failure.nextStep()).contains("is kept in " + kept);
      assertThat(segments(kept)).isEqualTo(left);

      store.readOnly(false);
      Unshipped found = cluster.salvages().look(kept).orElseThrow();
      assertThat(found.commits()).isEqualTo(1);
      cluster.salvages().save(found, Duration.ofSeconds(60));
      later.restore(RestoreIT.started(live.binaries()));
      try (Sql sql = later.sql(live.login(), "postgres")) {
        assertThat(sql.column("SELECT i FROM ledger ORDER BY i")).containsExactly("1", "2");
      }
      FileTrees.delete(kept);
    }
  }

  /** Its files, by a hash of their bytes. */
  private static Map<String, String> segments(Path wal) {
    Map<String, String> segments = new TreeMap<>();
    FileHashes.of(wal)
        .byPath()
        .forEach(
            (path, hash) -> {
              if (!path.contains("/")) {
                segments.put(path, hash.split(" ", 2)[0]);
              }
            });
    return segments;
  }

  private static Path keptBeside(Path directory) throws IOException {
    String prefix = directory.getFileName() + "_wal_";
    try (Stream<Path> beside = Files.list(directory.resolveSibling(""))) {
      return beside
          .filter(path -> path.getFileName().toString().startsWith(prefix))
          .reduce(
              (_, _) -> {
                throw new AssertionError("more than one is kept");
              })
          .orElseThrow();
    }
  }

  private static void judge(EmbeddedPostgres live, Copy full, Set<Long> acknowledged) {
    try (Sql sql = live.login().at(port(live)).sql("postgres")) {
      Set<Long> there = new TreeSet<>();
      sql.column("SELECT i FROM ledger").forEach(i -> there.add(Long.valueOf(i)));
      assertThat(there).containsAll(acknowledged);
      int fullPort = StartedServer.port(full.directory()).orElseThrow();
      assertThat(
              Contents.of(live.login().at(fullPort))
                  .differencesOf(Contents.of(live.login().at(port(live)))))
          .isEmpty();
    } finally {
      StartedServer.kill(live.dataDirectory());
    }
  }

  private static int port(EmbeddedPostgres live) {
    return StartedServer.port(live.dataDirectory()).orElseThrow();
  }

  /** What was acknowledged while nobody streamed. */
  private static Set<Long> crash(EmbeddedPostgres live, ProtectedCluster cluster) {
    live.run(
        "CREATE TABLE ledger (i bigint PRIMARY KEY)",
        "CREATE TABLE bulk AS SELECT i, md5(i::text) FROM generate_series(1, 300000) AS i",
        "CREATE INDEX ON bulk (i)",
        "CHECKPOINT");
    cluster.backup();
    live.run("INSERT INTO ledger VALUES (0)");
    cluster.awaitDurable();
    cluster.stopStreaming();
    refusedWhileRunning(live, cluster);
    Set<Long> acknowledged = new ConcurrentSkipListSet<>();
    List<Thread> writers = List.of(writer(live, 1, acknowledged), writer(live, 2, acknowledged));
    await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() > 1500);
    live.kill();
    writers.forEach(DeltaIT::join);
    return new TreeSet<>(acknowledged);
  }

  /** Each row is a transaction; about 400 bytes of WAL, so that segments are filled too. */
  private static Thread writer(EmbeddedPostgres live, int number, Set<Long> acknowledged) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try (Sql sql = live.sql("postgres")) {
                for (long i = number; ; i += 2) {
                  sql.run("INSERT INTO ledger VALUES (" + i + ")");
                  acknowledged.add(i);
                  if (i % 64 == number) {
                    sql.run("UPDATE bulk SET md5 = 'x' WHERE i BETWEEN 1 AND 2000");
                  }
                }
              } catch (RuntimeException e) {
                // the server is gone
              }
            });
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Also without the file that names the server's process. */
  private static void refusedWhileRunning(EmbeddedPostgres live, ProtectedCluster cluster) {
    Restores restores = cluster.restores();
    Path lockFile = live.dataDirectory().resolve("postmaster.pid");
    Path aside = live.dataDirectory().resolve("postmaster.pid.aside");
    for (Occupied how : List.of(Occupied.DELTA, Occupied.FORCE, Occupied.IN_PLACE)) {
      assertThat(refused(restores, over(live, how)).code()).isEqualTo(ErrorCode.TARGET_RUNNING);
    }
    try {
      Files.move(lockFile, aside);
      assertThat(refused(restores, delta(live)).code()).isEqualTo(ErrorCode.TARGET_RUNNING);
      Files.move(aside, lockFile);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    assertThat(live.dataDirectory().resolve("global/pg_control")).exists();
  }

  private static Failure refused(Restores restores, RestoreRequest request) {
    return catchThrowableOfType(Failure.class, () -> restores.plan(request));
  }

  private static void assertPlanned(RestorePlan plan, long acknowledged) {
    Existing existing = plan.existing().orElseThrow();
    Unshipped wal = existing.unshipped().orElseThrow();
    assertThat(wal.commits()).isGreaterThanOrEqualTo(acknowledged);
    assertThat(existing.removed().paths())
        .contains("base/99999999", "base/77777", "base/88888", "pg_xact", "PG_VERSION");
    assertThat(existing.links()).anyMatch(link -> link.startsWith("pg_xact to "));
    assertThat(plan.directory().resolve("base/99999999")).exists();
  }

  private static Failure breakOff(Restores restores, RestorePlan plan, Path directory) {
    Cancel cancel = new Cancel();
    Failure failure =
        catchThrowableOfType(
            Failure.class,
            () ->
                restores.run(
                    plan,
                    progress -> {
                      if (progress.phase() == RestoreProgress.Phase.FILES) {
                        cancel.ask();
                      }
                    },
                    cancel));
    assertThat(failure.code()).isEqualTo(ErrorCode.RESTORE_INTERRUPTED);
    assertThat(directory.resolve("global/pg_control")).doesNotExist();
    return failure;
  }

  private static RestoreResult run(Restores restores, RestorePlan plan) {
    return restores.run(plan, _ -> {}, new Cancel());
  }

  private static RestoreRequest delta(EmbeddedPostgres live) {
    return over(live, Occupied.DELTA);
  }

  private static RestoreRequest over(EmbeddedPostgres live, Occupied how) {
    return RestoreRequest.to(live.dataDirectory(), Instant.now())
        .withPlacement(Placement.inside().over(how));
  }

  private static PostgresBinaries binaries(int major) {
    return major == 15
        ? PostgresBinaries.at(15, DebianCluster.BINARIES)
        : PostgresBinaries.embedded(major);
  }
}
