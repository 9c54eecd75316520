package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Kind;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Incremental backups whose bases lie on other timelines, or are another server's. */
class IncrementalBranchesIT {
  private static final int SEGMENT_MEGABYTES = 1;

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .segmentMegabytes(SEGMENT_MEGABYTES)
        .setting("wal_level", "replica")
        .setting("autovacuum", "off")
        .setting("wal_keep_size", "1GB")
        .hba("host all all 127.0.0.1/32 trust") // a copy has the other server's passwords
        .hba("host replication all 127.0.0.1/32 trust")
        .start();
  }

  /** Read in turn through SQL and from the files. */
  private static BackupResult take(
      ProtectedCluster cluster, EmbeddedPostgres of, List<BackupResult> taken) {
    Reading reading = taken.size() % 2 == 0 ? Reading.SQL : Reading.DIRECT;
    Kind kind = taken.isEmpty() ? Kind.FULL : Kind.INCREMENTAL;
    BackupResult one = cluster.backupOf(of.login(), new BackupRequest(reading, 2, true).as(kind));
    taken.add(one);
    return one;
  }

  /**
   * A base on timeline 1, and one of which the fork knows nothing; then incremental ones on
   * timelines 2 and 3.
   */
  @EveryVersion
  void overTwoPromotions(int major) throws IOException {
    long seed = System.nanoTime();
    try (EmbeddedPostgres primary = server(major);
        EmbeddedPostgres standby = Standby.of(primary, IncrementalBranchesIT::server);
        ProtectedCluster cluster = new ProtectedCluster(primary.login(), Stores.inMemory())) {
      RandomChanges changes = new RandomChanges(primary, seed);
      changes.prepare();
      List<BackupResult> taken = new ArrayList<>();
      take(cluster, primary, taken);
      changes.steps(20);
      BackupId before = take(cluster, primary, taken).id();
      changes.steps(20);
      Standby.awaitReplay(primary, standby);
      Standby.leaveAlone(standby);

      changes.steps(20);
      primary.run("UPDATE large SET t = 'never' WHERE n % 50 = 1");
      BackupResult ofTheOther = take(cluster, primary, taken);
      assertThat(ofTheOther.base()).contains(before);
      primary.run("UPDATE large SET t = 'nor this' WHERE n % 50 = 2");
      cluster.awaitDurable();
      primary.kill();
      cluster.stopStreaming();

      standby.run("SELECT pg_promote()");
      cluster.follow(standby.login(), r -> r);
      changes.goOnAt(standby);
      changes.steps(20);
      BackupResult promoted = take(cluster, standby, taken);
      String about = "seed " + seed + ", " + taken;
      assertThat(promoted.timeline()).as(about).isEqualTo(new Timeline(2));
      assertThat(promoted.base()).as(about).contains(before);

      changes.steps(20);
      promoteAgain(standby);
      changes.steps(20);
      BackupResult last = take(cluster, standby, taken);
      about = "seed " + seed + ", " + taken;
      assertThat(last.timeline()).as(about).isEqualTo(new Timeline(3));
      assertThat(last.base()).as(about).contains(promoted.id());
      changes.steps(10);
      Equivalence.mark(standby);
      cluster.awaitDurable(standby.login());
      Equivalence.assertEquivalent(cluster, standby, taken, about);
    }
  }

  /** The server leaves its own timeline. */
  private static void promoteAgain(EmbeddedPostgres server) throws IOException {
    server.stop();
    server.user().own(Files.createFile(server.dataDirectory().resolve("standby.signal")));
    server.start();
    server.run("SELECT pg_promote()");
  }

  /** Of a standby and of its primary in turn, each upon the other's. */
  @EveryVersion
  void uponAStandbysAndItsPrimarys(int major) throws IOException {
    long seed = System.nanoTime();
    try (EmbeddedPostgres primary = server(major);
        EmbeddedPostgres standby = Standby.of(primary, IncrementalBranchesIT::server);
        ProtectedCluster cluster = new ProtectedCluster(primary.login(), Stores.inMemory())) {
      RandomChanges changes = new RandomChanges(primary, seed);
      changes.prepare();
      List<BackupResult> taken = new ArrayList<>();
      for (EmbeddedPostgres of : List.of(standby, standby, primary, standby)) {
        primary.run("CHECKPOINT");
        Standby.awaitReplay(primary, standby);
        try (Busy busy = new Busy(primary)) {
          busy.awaitRound();
          take(cluster, of, taken);
          busy.awaitRound();
        }
        changes.steps(30);
      }
      String about = "seed " + seed + ", " + taken;
      for (int i = 1; i < taken.size(); i++) {
        assertThat(taken.get(i).base()).as(about).contains(taken.get(i - 1).id());
      }
      Equivalence.mark(primary);
      cluster.awaitDurable();
      Equivalence.assertEquivalent(cluster, primary, taken, about);
    }
  }
}
