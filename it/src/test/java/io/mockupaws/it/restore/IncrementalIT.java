package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.backup.BackupPlan;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupProgress.Phase;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Kind;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incremental backups: what they are restored to, and what they cost. */
class IncrementalIT {
  private static final int INCREMENTALS = 3;

  /** The server crashes before it: what changed while it was down would be in no WAL. */
  private static final int BEHIND_THE_CRASH = 2;

  /** Pages of 16's have no checksums. */
  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .checksums(major != 16)
        .segmentMegabytes(4)
        .setting("wal_level", "replica")
        .setting("autovacuum", "off")
        .setting("max_prepared_transactions", "5")
        .start();
  }

  /** A directory that the server may use as a tablespace; it goes with the test's folder. */
  private Path elsewhere(EmbeddedPostgres live) {
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
      live.user().own(elsewhere);
      return elsewhere;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @TempDir Path folder;

  private static BackupResult take(ProtectedCluster cluster, Kind kind, Reading reading) {
    return cluster.backup(new BackupRequest(reading, 2, true).as(kind), BackupProgress.none());
  }

  /**
   * A full backup, and incremental ones each upon the last, while the server is written to; then
   * the same position is recovered from the full one and from the last.
   */
  @EveryVersion
  void isWhatTheFullOneBecomes(int major) {
    long seed = System.nanoTime();
    Reading reading = major % 2 == 0 ? Reading.SQL : Reading.DIRECT;
    CountedPacks packs = new CountedPacks(Stores.inMemory());
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), packs.store())) {
      RandomChanges changes = new RandomChanges(live, elsewhere(live), seed);
      changes.prepare();
      List<BackupResult> taken = new ArrayList<>();
      taken.add(take(cluster, Kind.AUTO, reading));
      for (int i = 1; i <= INCREMENTALS; i++) {
        if (i == BEHIND_THE_CRASH) {
          crash(live);
        }
        changes.steps(40);
        // which have their files by a map, each database's and the cluster's
        live.run("VACUUM FULL pg_class", "VACUUM FULL pg_database");
        try (Busy busy = new Busy(live)) {
          busy.awaitRound();
          taken.add(take(cluster, Kind.INCREMENTAL, reading));
          busy.awaitRound();
        }
      }
      changes.steps(10);
      changes.settle();
      Equivalence.mark(live);
      cluster.awaitDurable();
      String about = "seed " + seed + ", " + taken;
      assertThat(taken.getFirst().id().value()).contains("-full-");
      for (int i = 1; i <= INCREMENTALS; i++) {
        assertThat(taken.get(i).base()).as(about).contains(taken.get(i - 1).id());
        if (i != BEHIND_THE_CRASH) {
          assertThat(taken.get(i).readBytes()).as(about).isLessThan(taken.get(i).bytes() / 2);
        }
      }
      Equivalence.assertSound(cluster, about);
      try (Copy full = new Copy(cluster.repository());
          Copy incremental = new Copy(cluster.repository())) {
        full.restore(Equivalence.shutDown(live, taken.getFirst().id()));
        Optional<Served> alone =
            major == 15
                ? Optional.of(Served.from(cluster, live, taken.getFirst().id()))
                : Optional.empty();
        // Each backup is complete by itself.
        Equivalence.forgetAllBut(cluster, taken.getLast());
        packs.forget();
        incremental.restore(Equivalence.shutDown(live, taken.getLast().id()));
        assertThat(packs.readBytes()).as(about).isGreaterThan(1 << 20);
        assertThat(packs.readAgain()).as(about).isEmpty();
        Equivalence.assertAlike(full, incremental, about);
        alone.ifPresent(
            served ->
                assertThat(Served.from(cluster, live, taken.getLast().id()))
                    .as(about)
                    .isEqualTo(served));
      }
      Equivalence.assertServes(cluster, live, about);
    }
  }

  /** The server recovers by itself; the stream connects again. */
  private static void crash(EmbeddedPostgres live) {
    live.stopImmediately();
    live.start();
  }

  /** Only what changed is read: here a few pages of a table that is not small. */
  @Test
  void readsWhatChangedAndRefersToTheRest() {
    try (EmbeddedPostgres live = server(17);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      new RandomChanges(live, elsewhere(live), 1).prepare();
      BackupResult full = take(cluster, Kind.AUTO, Reading.SQL);
      live.run("UPDATE large SET t = t || '!' WHERE n % 4000 = 0");
      cluster.awaitDurable();
      BackupRequest request = new BackupRequest(Reading.SQL, 2, true).as(Kind.AUTO);
      BackupPlan plan = cluster.backups().plan(request);
      assertThat(plan.base()).contains(full.id());
      Phases phases = new Phases();
      BackupResult next = cluster.backup(request, phases);
      assertThat(next.base()).contains(full.id());
      // Most of the base is read before the server waits in backup mode.
      assertThat(phases.seen)
          .startsWith(Phase.BEGINNING, Phase.COMPARING, Phase.BEGINNING, Phase.COMPARING);
      assertThat(next.readBytes()).isLessThan(full.bytes() / 10);
      assertThat(plan.readBytes()).isBetween(next.readBytes() / 2, next.readBytes() * 2);
      assertThat(next.bytes()).isGreaterThanOrEqualTo(full.bytes());
      assertThat(next.sealedBytes()).isLessThan(full.sealedBytes() / 4);
    }
  }

  /** A relation of more than a gigabyte; its first file is made so long without being written. */
  @Test
  void theSecondFileOfARelationIsReadInPartsToo() throws IOException {
    try (EmbeddedPostgres live = server(18);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      live.run("CREATE TABLE big (n int, t text)", "INSERT INTO big VALUES (0, 'first')");
      Path first;
      try (Sql sql = live.sql("postgres")) {
        first = live.dataDirectory().resolve(sql.value("SELECT pg_relation_filepath('big')"));
      }
      live.stop();
      try (RandomAccessFile file = new RandomAccessFile(first.toFile(), "rw")) {
        file.setLength(1L << 30);
      }
      live.start();
      live.run("INSERT INTO big SELECT n, md5(n::text) FROM generate_series(1, 20000) n");
      BackupResult full = take(cluster, Kind.AUTO, Reading.DIRECT);
      assertThat(full.bytes()).isGreaterThan(1L << 30);
      live.run(
          "UPDATE big SET t = 'other' WHERE n % 1000 = 7",
          "INSERT INTO big SELECT n, md5(n::text) FROM generate_series(20001, 30000) n");
      BackupResult next = take(cluster, Kind.INCREMENTAL, Reading.DIRECT);
      assertThat(next.readBytes()).isLessThan(16L << 20);
      assertThat(first.resolveSibling(first.getFileName() + ".1")).exists();
      Equivalence.mark(live);
      cluster.awaitDurable();
      Equivalence.assertServes(cluster, live, next.toString());
    }
  }

  /** Where the journal does not tell every change, all is read, and the reason is said. */
  @Test
  void isFullWhenTheJournalHasAHole() {
    try (EmbeddedPostgres live = server(16);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      Failure none =
          catchThrowableOfType(
              Failure.class, () -> take(cluster, Kind.INCREMENTAL, Reading.DIRECT));
      assertThat(none.code()).isEqualTo(ErrorCode.NO_BASE_BACKUP);
      BackupResult first = take(cluster, Kind.AUTO, Reading.DIRECT);
      assertThat(first.warnings()).isEmpty();
      for (int i = 0; i < 3; i++) {
        live.run("SELECT pg_switch_wal()", "CREATE TABLE t" + i + " (i int)");
      }
      cluster.awaitDurable();
      lose(cluster);
      BackupResult second = take(cluster, Kind.AUTO, Reading.DIRECT);
      assertThat(second.base()).isEmpty();
      assertThat(second.warnings()).anyMatch(text -> text.startsWith("a full backup was taken: "));
      Failure refused =
          catchThrowableOfType(
              Failure.class,
              () -> {
                cluster.repository().delete(cluster.repository().manifestKey(second.id()));
                take(cluster, Kind.INCREMENTAL, Reading.DIRECT);
              });
      assertThat(refused.code()).isEqualTo(ErrorCode.NO_BASE_BACKUP);
      assertThat(refused.what()).contains(first.id().value());
    }
  }

  /** A segment goes, and that it did is on record: what is not might be on its way. */
  private static void lose(ProtectedCluster cluster) {
    var segments = cluster.repository().list("wal/");
    ObjectKey key = segments.get(segments.size() - 2).key();
    cluster.repository().delete(key);
    SegmentName lost = SegmentName.parse(key.fileName(), 4 << 20).orElseThrow();
    String hole =
        String.format(
            "holes/%s-%016X-%016X",
            lost.timeline().hex(), lost.start().value(), lost.end().value());
    String content =
        "{\"kind\":\"MISSING\",\"reason\":\"lost\",\"noticed\":\"2026-11-22T19:41:07Z\"}";
    cluster
        .repository()
        .put(
            cluster.repository().key(hole),
            ObjectKind.RECORD,
            content.getBytes(StandardCharsets.UTF_8));
  }

  /** A base whose packs were lost is not built on. */
  @Test
  void isFullWhenTheBaseHasLostAPack() {
    try (EmbeddedPostgres live = server(18);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      take(cluster, Kind.AUTO, Reading.DIRECT);
      cluster.repository().delete(cluster.repository().list("packs/").getFirst().key());
      BackupResult second = take(cluster, Kind.AUTO, Reading.DIRECT);
      assertThat(second.base()).isEmpty();
      assertThat(second.warnings())
          .anyMatch(text -> text.contains("not in every store, or not whole"));
    }
  }

  /** What PostgreSQL's own dump says of a recovery from one backup. */
  private record Served(String dump) {
    static Served from(ProtectedCluster cluster, EmbeddedPostgres live, BackupId backup) {
      try (Copy copy = new Copy(cluster.repository())) {
        copy.restore(
            request ->
                started(live.binaries())
                    .apply(request)
                    .withBackup(backup)
                    .withTarget(new TargetRequest.AtName("here")));
        ServerLogin login = live.login().at(StartedServer.port(copy.directory()).orElseThrow());
        return new Served(Shop.dump(login, "postgres"));
      }
    }
  }

  /** What a backup does, one behind the other. */
  private static final class Phases implements BackupProgress {
    private final List<Phase> seen = new ArrayList<>();

    @Override
    public void report(State state) {
      if (seen.isEmpty() || seen.getLast() != state.phase()) {
        seen.add(state.phase());
      }
    }

    @Override
    public boolean cancelled() {
      return false;
    }
  }
}
