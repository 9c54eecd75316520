package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupPlan;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupProgress.Phase;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.it.support.Amcheck;
import io.mockupaws.it.support.Contents;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backup that broke off is taken again: what was stored is used, and only what is still true. */
class ResumedBackupIT {
  private static final long MIB = 1 << 20;

  private static EmbeddedPostgres server(int major) {
    return (major == 15
            ? EmbeddedPostgres.builder(PostgresBinaries.at(15, DebianCluster.BINARIES))
            : EmbeddedPostgres.builder(major))
        .initdb("--data-checksums")
        .setting("wal_level", "replica")
        .setting("autovacuum", "off")
        .setting("bgwriter_lru_maxpages", "0")
        .start();
  }

  private static BackupRequest request(Reading reading, boolean resume) {
    return new BackupRequest(
        BackupRequest.Kind.FULL, reading, 2, OptionalLong.empty(), true, resume, MIB);
  }

  /** Ends a backup when it is in such a state. */
  private static BackupProgress brokenOffWhen(Predicate<BackupProgress.State> reached) {
    AtomicBoolean now = new AtomicBoolean();
    return new BackupProgress() {
      @Override
      public void report(State state) {
        now.compareAndSet(false, reached.test(state));
      }

      @Override
      public boolean cancelled() {
        return now.get();
      }
    };
  }

  private static void breakOff(
      ProtectedCluster cluster, BackupRequest request, BackupProgress progress) {
    assertThatThrownBy(() -> cluster.backup(request, progress))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_INTERRUPTED);
              assertThat(e.nextStep()).contains("are used then");
            });
    assertThat(cluster.repository().backupIds()).isEmpty();
    assertThat(cluster.repository().list("notes/")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"15, SQL", "16, DIRECT", "17, SQL", "18, DIRECT"})
  void whatWasStoredIsUsedAndWhatChangedIsReadAgain(int major, Reading reading) throws IOException {
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      tables(live);
      Touched touched = Touched.of(live);
      BackupResult backup;
      try (Load load = new Load(live)) {
        // At its end: every file of it is stored, whatever becomes of it afterwards.
        breakOff(
            cluster,
            request(reading, true),
            brokenOffWhen(state -> state.phase() == Phase.AWAITING_WAL));
        List<String> first = objects(cluster, "packs/");
        load.demandProgress();
        change(live, touched);
        BackupPlan plan = cluster.backups().plan(request(reading, true));
        assertThat(plan.takenOver().bytes()).isGreaterThan(4 * MIB);
        // In the middle: what is stored of this one comes beside that of the first.
        AtomicBoolean some = new AtomicBoolean();
        breakOff(
            cluster,
            new BackupRequest(
                BackupRequest.Kind.FULL, reading, 1, OptionalLong.of(8 * MIB), true, true, MIB),
            brokenOffWhen(state -> some.get() || newNotes(cluster, first, some)));
        changeAgain(live);
        load.demandProgress();
        backup = cluster.backup(request(reading, true), BackupProgress.none());
      }
      assertTaken(cluster, live, backup, touched);
      cluster.awaitDurable();
      assertSound(cluster);
      assertRestored(cluster, live, backup, major);
    }
  }

  private static List<String> objects(ProtectedCluster cluster, String prefix) {
    return cluster.repository().list(prefix).stream().map(o -> o.key().value()).toList();
  }

  /** Whether another backup than the first has stored a few packs with notes. */
  private static boolean newNotes(
      ProtectedCluster cluster, List<String> first, AtomicBoolean some) {
    String id = first.getFirst().split("/", -1)[3];
    long others =
        objects(cluster, "notes/").stream().filter(key -> !key.contains("/" + id + "/")).count();
    some.set(others >= 3);
    return some.get();
  }

  /** Rows that hardly compress, so that megabytes are megabytes. */
  private static String rows(int count) {
    return "SELECT n, 0 AS k, (SELECT string_agg(md5(n::text || i), '') FROM generate_series(1, 10)"
        + " i) AS t FROM generate_series(1, "
        + count
        + ") n";
  }

  private static void tables(EmbeddedPostgres live) {
    List<String> statements = new ArrayList<>();
    for (String name : List.of("still", "calm", "touched", "cut", "gone", "sparse", "stamped")) {
      statements.add("CREATE TABLE " + name + " AS " + rows(6_000));
    }
    statements.add("CREATE INDEX still_t ON still (t)");
    statements.add("CREATE TABLE busy (n serial PRIMARY KEY, t text)");
    statements.add("INSERT INTO busy (t) SELECT md5(n::text) FROM generate_series(1, 40000) n");
    statements.add("CREATE DATABASE other");
    live.run(statements.toArray(String[]::new));
    try (Sql sql = live.sql("other")) {
      sql.run("CREATE TABLE elsewhere AS " + rows(4_000));
    }
    // All hint bits are set and written: from here on these files change by WAL alone.
    live.run("VACUUM (FREEZE)", "CHECKPOINT");
  }

  /** One row of a file is changed, and the file looks as before: size and time are the same. */
  private record Touched(Path file, FileTime time, long size) {
    static Touched of(EmbeddedPostgres live) throws IOException {
      try (Sql sql = live.sql("postgres")) {
        Path file =
            live.dataDirectory().resolve(sql.value("SELECT pg_relation_filepath('touched')"));
        return new Touched(file, Files.getLastModifiedTime(file), Files.size(file));
      }
    }

    void disguise() throws IOException {
      assertThat(Files.size(file)).isEqualTo(size);
      assertThat(Files.getLastModifiedTime(file)).isNotEqualTo(time);
      Files.setLastModifiedTime(file, time);
    }
  }

  private static void change(EmbeddedPostgres live, Touched touched) throws IOException {
    live.run(
        "UPDATE touched SET k = 1 WHERE n = 3333",
        "CREATE INDEX calm_t ON calm (t)",
        "DROP TABLE gone",
        "CREATE TABLE gone AS " + rows(6_001),
        "TRUNCATE cut",
        "INSERT INTO cut " + rows(6_000),
        "DELETE FROM sparse WHERE n > 1500",
        "VACUUM sparse",
        "ALTER TABLE stamped ADD COLUMN at timestamptz DEFAULT clock_timestamp()",
        "DROP DATABASE other",
        "CREATE DATABASE other STRATEGY wal_log");
    try (Sql sql = live.sql("other")) {
      sql.run("CREATE TABLE elsewhere AS " + rows(4_001));
    }
    live.run("CHECKPOINT");
    touched.disguise();
  }

  private static void changeAgain(EmbeddedPostgres live) {
    live.run(
        "UPDATE cut SET k = 2 WHERE n % 100 = 0",
        "DROP INDEX calm_t", "DELETE FROM gone WHERE n % 3 = 0", "VACUUM gone");
  }

  private static void assertTaken(
      ProtectedCluster cluster, EmbeddedPostgres live, BackupResult backup, Touched touched) {
    Map<String, String> writers = writers(cluster, backup.id());
    try (Sql sql = live.sql("postgres")) {
      for (String name : List.of("still", "still_t", "calm")) {
        String path = sql.value("SELECT pg_relation_filepath('" + name + "')");
        assertThat(writers.get(path))
            .as(name + backup.takenOver())
            .isNotEqualTo(backup.id().value());
      }
      for (String name : List.of("cut", "gone", "sparse", "busy")) {
        String path = sql.value("SELECT pg_relation_filepath('" + name + "')");
        assertThat(writers.get(path)).as(name).isEqualTo(backup.id().value());
      }
    }
    String file = live.dataDirectory().relativize(touched.file()).toString();
    String first = new TreeSet<>(backup.takenOver().backups()).getFirst();
    assertThat(writers.get(file)).as("touched").isNotEqualTo(first);
    assertThat(backup.takenOver().bytes()).isGreaterThan(4 * MIB);
    assertThat(backup.takenOver().files()).isGreaterThanOrEqualTo(3);
    assertThat(objects(cluster, "notes/")).allMatch(key -> key.endsWith("/ended"));
  }

  /** Which backup stored each file, by the keys of its packs. */
  private static Map<String, String> writers(ProtectedCluster cluster, BackupId id) {
    List<PackTable> packs = cluster.repository().manifest(id).packs();
    Map<String, String> writers = new TreeMap<>();
    cluster
        .repository()
        .manifest(id)
        .forEach(
            new ManifestVisitor() {
              @Override
              public void file(FileEntry file) {
                file.runs()
                    .forEach(
                        run ->
                            writers.put(
                                file.path(),
                                packs.get(run.pack()).key().value().split("/", -1)[3]));
              }
            });
    return writers;
  }

  private static void assertSound(ProtectedCluster cluster) {
    VerifyReport report =
        new Verifier(cluster.whole(), cluster.repository())
            .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {});
    assertThat(report.isWhole()).as("%s", report).isTrue();
  }

  private static void assertRestored(
      ProtectedCluster cluster, EmbeddedPostgres live, BackupResult backup, int major) {
    Contents expected = Contents.of(live.login());
    if (major == 15) {
      try (Copy unstarted = new Copy(cluster.repository())) {
        unstarted.restore(r -> r);
        VerificationIT.verify(unstarted.directory());
      }
    }
    try (Copy copy = new Copy(cluster.repository())) {
      RestoreRequest request =
          started(live.binaries())
              .apply(RestoreRequest.to(copy.directory(), java.time.Instant.now()));
      copy.restore(_ -> request);
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.number("SELECT sum(k) FROM touched")).isEqualTo(1);
        assertThat(sql.number("SELECT count(*) FROM sparse")).isEqualTo(1500);
        var login =
            live.login()
                .at(io.mockupaws.demo.postgres.StartedServer.port(copy.directory()).orElseThrow());
        assertThat(expected.differencesOf(Contents.of(login))).isEmpty();
        assertThat(Amcheck.findings(login)).isEmpty();
      }
    }
    assertThat(backup.isSound()).isTrue();
  }

  /** A server that was started again may have had its files changed by no record. */
  @org.junit.jupiter.api.Test
  void afterARestartOrWhenAskedEverythingIsReadAnew() {
    try (EmbeddedPostgres live = server(18);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      tables(live);
      BackupProgress atTheEnd = brokenOffWhen(state -> state.phase() == Phase.AWAITING_WAL);
      breakOff(cluster, request(Reading.SQL, true), atTheEnd);
      BackupResult unwished = cluster.backup(request(Reading.SQL, false), BackupProgress.none());
      assertThat(unwished.takenOver().bytes()).isZero();
      assertThat(objects(cluster, "notes/")).allMatch(key -> key.endsWith("/ended"));
      cluster.repository().delete(cluster.repository().manifestKey(unwished.id()));
      breakOff(
          cluster,
          request(Reading.SQL, true),
          brokenOffWhen(state -> state.phase() == Phase.AWAITING_WAL));
      live.restart();
      cluster.stopStreaming();
      cluster.resumeStreaming();
      BackupResult backup = cluster.backup(request(Reading.SQL, true), BackupProgress.none());
      assertThat(backup.takenOver().bytes()).isZero();
      assertThat(backup.takenOver().reasons()).anyMatch(text -> text.contains("started again"));
    }
  }

  /** Writes one row after the other until it is closed. */
  private static final class Load implements AutoCloseable {
    private final EmbeddedPostgres live;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread;
    private volatile long written;

    Load(EmbeddedPostgres live) {
      this.live = live;
      this.thread = Thread.ofVirtual().name("load").start(this::run);
    }

    private void run() {
      try (Sql sql = live.sql("postgres")) {
        while (!stopped.get()) {
          sql.run(
              "INSERT INTO busy (t) VALUES (repeat('x', 100));"
                  + " UPDATE busy SET t = md5(t) WHERE n = "
                  + (1 + written * 37 % 40_000));
          written++;
        }
      }
    }

    void demandProgress() {
      long before = written;
      BooleanSupplier more = () -> written > before;
      org.awaitility.Awaitility.await().atMost(Duration.ofMinutes(2)).until(more::getAsBoolean);
    }

    @Override
    public void close() {
      stopped.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
