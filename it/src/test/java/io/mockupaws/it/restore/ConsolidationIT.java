package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Kind;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.consolidation.Consolidated;
import io.mockupaws.engine.consolidation.ConsolidationPlan;
import io.mockupaws.engine.consolidation.ConsolidationProgress;
import io.mockupaws.engine.consolidation.Consolidations;
import io.mockupaws.engine.consolidation.Portions;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.retention.CleanupPlan;
import io.mockupaws.engine.retention.Cleanups;
import io.mockupaws.engine.retention.Removal;
import io.mockupaws.engine.retention.RetentionRules;
import io.mockupaws.engine.retention.Term;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.it.support.Contents;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is rewritten inside a repository is, byte by byte, what it was. */
class ConsolidationIT {
  /** So many small packs are too many. */
  private static final int SMALL_BACKUPS = 36;

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .initdb("--data-checksums", "--wal-segsize=4")
        .setting("wal_level", "replica")
        .setting("autovacuum", "off")
        .start();
  }

  private static BackupResult take(ProtectedCluster cluster, Kind kind) {
    return cluster.backup(new BackupRequest(Reading.AUTO, 2, true).as(kind), BackupProgress.none());
  }

  /**
   * A full backup of which incremental ones replaced most, consolidated; then everything goes that
   * a cleanup would take, and what is left is restored, and built upon.
   */
  @EveryVersion
  void needsNothingOfWhatWasAndIsTheSame(int major) {
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      RandomChanges changes = new RandomChanges(live, major);
      changes.prepare();
      BackupId before = scattered(live, cluster, changes);
      Consolidations consolidations = consolidations(cluster);
      ConsolidationPlan plan = consolidations.plan(before);
      assertThat(plan.rewritten()).as("%s", plan).isPositive();
      cancelledItLeavesNothing(cluster, consolidations, plan);
      Consolidated part = brokenOffItKeepsWhatIsDone(cluster, plan);
      List<PackTable> packs = cluster.repository().manifest(before).packs();
      List<ObjectKey> rewritten =
          plan.rewrite().stream().mapToObj(pack -> packs.get(pack).key()).toList();
      ConsolidationPlan rest = consolidations.plan(part.id());
      Consolidated done = consolidations.run(rest, ConsolidationProgress.NONE);
      assertThat(done.complete()).isTrue();
      assertThat(done.storedBytes()).isPositive();
      assertThat(consolidations.plan(before).obstacles()).isNotEmpty();
      isConsolidatedOnce(consolidations, rest, done);
      try (Copy former = new Copy(cluster.repository());
          Copy after = new Copy(cluster.repository())) {
        former.restore(request -> request.withBackup(before).withTarget(end()));
        Map<String, String> expected = files(former.directory());
        withoutOneOfItsPacksTheFormerServes(cluster, part, done, expected);
        cleanUp(cluster, rewritten, done.id());
        assertWhole(cluster);
        after.restore(request -> request.withBackup(done.id()).withTarget(end()));
        assertThat(expected).hasSizeGreaterThan(900);
        assertThat(files(after.directory())).isEqualTo(expected);
      }
      isBuiltUponAndServes(live, cluster, done);
    }
  }

  /** By itself, as the program does it behind each backup: once, and of what is scattered alone. */
  @Test
  void isDoneWhenItIsTime() {
    try (EmbeddedPostgres live = server(18);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      RandomChanges changes = new RandomChanges(live, 18);
      changes.prepare();
      BackupId whole = take(cluster, Kind.FULL).id();
      Consolidations consolidations = consolidations(cluster);
      assertThat(consolidations.whenDue(whole, ConsolidationProgress.NONE)).isEmpty();
      BackupId scattered = scattered(live, cluster, changes);
      assertThat(consolidations.plan(scattered).isDue()).isTrue();
      Consolidated done =
          consolidations.whenDue(scattered, ConsolidationProgress.NONE).orElseThrow();
      assertThat(done.complete()).isTrue();
      assertThat(consolidations.plan(done.id()).rewritten()).isZero();
      assertThat(consolidations.whenDue(done.id(), ConsolidationProgress.NONE)).isEmpty();
      assertThat(cluster.repository().backupIds()).contains(whole, scattered, done.id());
    }
  }

  /** Of a full backup and many small ones, what a restore asks of the store. */
  @Test
  void isReadByFewerAndLargerRequests() {
    CountedPacks reading = new CountedPacks(Stores.inMemory());
    try (EmbeddedPostgres live = server(18);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), reading.store())) {
      new RandomChanges(live, 18).prepare();
      BackupRequest small = new BackupRequest(Reading.AUTO, 1, true);
      cluster.backup(small.as(Kind.FULL), BackupProgress.none());
      List<BackupId> taken = new ArrayList<>();
      for (int i = 0; i < SMALL_BACKUPS; i++) {
        live.run("UPDATE large SET t = md5(t) WHERE n % 40 = 0 AND n / 1000 = " + i);
        taken.add(cluster.backup(small.as(Kind.INCREMENTAL), BackupProgress.none()).id());
      }
      BackupId last = taken.getLast();
      CountedPacks.Reads before = reads(reading, cluster, last);
      Consolidated done =
          consolidations(cluster).whenDue(last, ConsolidationProgress.NONE).orElseThrow();
      CountedPacks.Reads after = reads(reading, cluster, done.id());
      assertThat(before.packs()).isGreaterThan(SMALL_BACKUPS);
      assertThat(before.requests()).isGreaterThanOrEqualTo(before.packs());
      // the full one's, the new one, and those of which most is needed, which are few by then
      assertThat(after.packs()).isLessThan(before.packs() / 4);
      // all of a pack at once
      assertThat(after.requests()).isEqualTo(after.packs());
      assertThat(after.bytesARequest()).isGreaterThan(before.bytesARequest() * 4);
    }
  }

  private static CountedPacks.Reads reads(
      CountedPacks packs, ProtectedCluster cluster, BackupId backup) {
    try (Copy copy = new Copy(cluster.repository())) {
      packs.forget();
      copy.restore(request -> request.withBackup(backup).withTarget(end()));
      assertThat(packs.readAgain()).isEmpty();
      return packs.reads();
    }
  }

  private static void withoutOneOfItsPacksTheFormerServes(
      ProtectedCluster cluster, Consolidated former, Consolidated done, Map<String, String> files) {
    ObjectKey pack = cluster.repository().list("packs/" + done.id() + "/").getFirst().key();
    byte[] bytes = cluster.repository().store().read(pack, 0, Integer.MAX_VALUE);
    cluster.repository().delete(pack);
    try (Copy copy = new Copy(cluster.repository())) {
      RestorePlan plan = copy.plan(request -> request.withTarget(end()));
      assertThat(plan.backup().id()).isEqualTo(former.id());
      assertThat(plan.warnings())
          .anyMatch(text -> text.contains(done.id() + " is not used") && text.contains("" + pack));
      copy.run(plan);
      assertThat(files(copy.directory())).isEqualTo(files);
    }
    cluster.repository().store().create(pack, bytes);
  }

  private static BackupId scattered(
      EmbeddedPostgres live, ProtectedCluster cluster, RandomChanges changes) {
    // It outweighs what chance changes: whole packs are replaced, however files lie in them.
    live.run(
        "CREATE TABLE replaced AS SELECT n, repeat(md5(n::text), 30) AS t"
            + " FROM generate_series(1, 12000) AS n");
    BackupResult last = take(cluster, Kind.FULL);
    for (int i = 0; i < 3; i++) {
      changes.steps(15);
      live.run("UPDATE replaced SET t = reverse(t)", "VACUUM replaced");
      live.run("UPDATE large SET t = md5(t) || repeat('.', " + (300 + i) + ")", "VACUUM large");
      last = take(cluster, Kind.INCREMENTAL);
    }
    return last.id();
  }

  private static TargetRequest end() {
    return new TargetRequest.BackupEnd();
  }

  private static Consolidations consolidations(ProtectedCluster cluster) {
    return new Consolidations(cluster.repository(), InstantSource.system(), new SecureRandom());
  }

  private static void cancelledItLeavesNothing(
      ProtectedCluster cluster, Consolidations consolidations, ConsolidationPlan plan) {
    List<ObjectKey> objects = objects(cluster);
    Failure cancelled =
        catchThrowableOfType(
            Failure.class, () -> consolidations.run(plan, (copied, total) -> copied < total / 2));
    assertThat(cancelled.code()).isEqualTo(ErrorCode.BACKUP_INTERRUPTED);
    assertThat(objects(cluster)).isEqualTo(objects);
  }

  /** In portions of an eighth, told to end when half of it is done. */
  private static Consolidated brokenOffItKeepsWhatIsDone(
      ProtectedCluster cluster, ConsolidationPlan plan) {
    Portions portions = new Portions(plan.copied() / 8, 1);
    Consolidated part =
        new Consolidations(
                cluster.repository(), InstantSource.system(), new SecureRandom(), portions)
            .run(plan, (copied, total) -> copied < total / 2);
    assertThat(part.complete()).isFalse();
    long left = consolidations(cluster).plan(part.id()).copied();
    assertThat(left).isBetween(1L, plan.copied() * 5 / 8);
    assertThat(cluster.repository().backupIds()).hasSizeGreaterThanOrEqualTo(6);
    return part;
  }

  /** What is asked for while it is at work begins within seconds; what was done stays. */
  @Test
  void makesWayForABackup() throws InterruptedException {
    try (EmbeddedPostgres live = server(18);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      RandomChanges changes = new RandomChanges(live, 18);
      changes.prepare();
      BackupId scattered = scattered(live, cluster, changes);
      Instant[] time = {Instant.EPOCH};
      Consolidations consolidations =
          new Consolidations(
              cluster.repository(),
              () -> time[0] = time[0].plusSeconds(10),
              new SecureRandom(),
              new Portions(Long.MAX_VALUE, 1));
      ConsolidationPlan plan = consolidations.plan(scattered);
      assertThat(plan.rewritten()).as("%s", plan).isPositive();
      List<BackupId> taken = new CopyOnWriteArrayList<>();
      Thread[] waiting = new Thread[1];
      Consolidated part =
          consolidations.run(
              plan,
              (_, _) -> {
                if (waiting[0] == null) {
                  waiting[0] =
                      Thread.startVirtualThread(
                          () -> taken.add(take(cluster, Kind.INCREMENTAL).id()));
                  await()
                      .atMost(Duration.ofMinutes(2))
                      .until(() -> cluster.repository().isHeld(LeaseRole.BACKUP_WANTED));
                }
                return true;
              });
      waiting[0].join();
      assertThat(part.complete()).isFalse();
      assertThat(taken).hasSize(1);
      assertThat(cluster.repository().backupIds()).contains(part.id(), taken.getFirst());
      assertWhole(cluster);
    }
  }

  private static List<ObjectKey> objects(ProtectedCluster cluster) {
    return Stream.concat(
            cluster.repository().list("packs/").stream(),
            cluster.repository().list("backups/").stream())
        .map(ObjectInfo::key)
        .toList();
  }

  private static void isConsolidatedOnce(
      Consolidations consolidations, ConsolidationPlan plan, Consolidated done) {
    assertThat(consolidations.plan(plan.backup()).obstacles())
        .anyMatch(text -> text.contains(done.id().value()));
    ConsolidationPlan again = consolidations.plan(done.id());
    assertThat(again.obstacles()).isEmpty();
    assertThat(again.isDue()).isFalse();
    assertThat(again.rewritten()).isZero();
    assertThat(again.garbage()).isLessThan(plan.garbage());
    assertThat(again.needed()).isEqualTo(plan.needed());
  }

  /** As a cleanup would in a month: by its plan, and held against what the manifest names. */
  private static void cleanUp(ProtectedCluster cluster, List<ObjectKey> rewritten, BackupId kept) {
    Term day = new Term(1, ChronoUnit.DAYS);
    CleanupPlan plan =
        new Cleanups(
                cluster.repository(),
                new LogicalCatalogue(
                    cluster.repository(), new DumpSecrets(Optional.empty(), List::of)),
                new RetentionRules(day, day, day, day, day, 1),
                Duration.ZERO)
            .plan(Instant.now().plus(Duration.ofDays(40)));
    assertThat(plan.backups())
        .filteredOn(fate -> fate.stays())
        .singleElement()
        .satisfies(fate -> assertThat(fate.id()).isEqualTo(kept));
    Set<ObjectKey> named =
        cluster.repository().manifest(kept).packs().stream()
            .map(PackTable::key)
            .collect(Collectors.toSet());
    for (Removal removal : plan.removals()) {
      if (removal.kind() == Removal.Kind.MANIFEST || removal.kind() == Removal.Kind.PACK) {
        remove(cluster, removal, named);
      }
    }
    assertThat(cluster.repository().backupIds()).containsExactly(kept);
    assertThat(cluster.repository().list("packs/"))
        .extracting(ObjectInfo::key)
        .containsExactlyInAnyOrderElementsOf(named);
    assertThat(named).doesNotContainAnyElementsOf(rewritten);
  }

  private static void remove(ProtectedCluster cluster, Removal removal, Set<ObjectKey> named) {
    String folder = removal.kind() == Removal.Kind.PACK ? "packs/" : "backups/";
    for (ObjectInfo object : cluster.repository().list(folder)) {
      String key = object.key().value();
      if (key.compareTo(removal.first().value()) >= 0
          && key.compareTo(removal.last().value()) <= 0) {
        assertThat(named).doesNotContain(object.key());
        cluster.repository().delete(object.key());
      }
    }
  }

  private static void assertWhole(ProtectedCluster cluster) {
    VerifyReport report =
        new Verifier(cluster.whole(), cluster.repository())
            .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {});
    assertThat(report.isWhole()).as("%s", report).isTrue();
  }

  /** Every file's content; what a restore writes of itself is apart. */
  private static Map<String, String> files(Path directory) {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String path = directory.relativize(file).toString();
        if (!path.equals("backup_manifest") && !path.equals("postgresql.auto.conf")) {
          contents.put(path, sum(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return contents;
  }

  private static String sum(Path file) throws IOException {
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(Files.readAllBytes(file));
    return Files.size(file) + " " + crc.getValue();
  }

  private static void isBuiltUponAndServes(
      EmbeddedPostgres live, ProtectedCluster cluster, Consolidated done) {
    live.run("UPDATE large SET n = n WHERE n % 1000 = 0");
    BackupResult next = take(cluster, Kind.INCREMENTAL);
    assertThat(next.base()).contains(done.id());
    assertThat(next.readBytes()).isLessThan(next.bytes() / 4);
    cluster.awaitDurable();
    Contents expected = Contents.of(live.login());
    try (Copy copy = new Copy(cluster.repository())) {
      copy.restore(request -> started(live.binaries()).apply(request));
      ServerLogin login = live.login().at(StartedServer.port(copy.directory()).orElseThrow());
      assertThat(expected.differencesOf(Contents.of(login))).isEmpty();
    }
  }
}
