package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.BackupVerdict;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Finding;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Real restores judge what a verification says of real backups, whole and damaged. */
class VerifyIT {
  private static final Secret SECRET = Secret.of(ProtectedCluster.SECRET);

  @EveryVersion
  void whatIsCalledWholeIsRestoredAndNothingElse(int major) {
    Store store = Stores.inMemory();
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), store)) {
      live.run("CREATE TABLE t AS SELECT i, md5(i::text) AS m FROM generate_series(1, 50000) AS i");
      underLoad(live, cluster::backup);
      live.run("SELECT pg_switch_wal()", "INSERT INTO t VALUES (0)", "SELECT pg_switch_wal()");
      underLoad(live, cluster::backup);
      live.run("INSERT INTO t VALUES (-1)", "SELECT pg_switch_wal()", "INSERT INTO t VALUES (-2)");
      cluster.awaitDurable();
      assertThat(verify(store, Depth.LISTED).isWhole()).as("while it streams").isTrue();
      cluster.stopStreaming();

      VerifyReport whole = verify(store, Depth.READ);
      assertThat(whole.isWhole()).as("%s", whole).isTrue();
      assertJudged(cluster, whole);
      for (String key : objects(store)) {
        for (Way way : Way.values()) {
          during(store, key, way, () -> judge(cluster, store, key, way));
        }
      }
      assertThat(verify(store, Depth.READ).isWhole()).as("all is as it was").isTrue();
    }
  }

  private enum Way {
    MISSING,
    FLIPPED
  }

  private static void underLoad(EmbeddedPostgres live, Runnable work) {
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Sql sql = live.sql("postgres")) {
                    while (!done.get()) {
                      sql.run("UPDATE t SET m = md5(m) WHERE i % 10 = 3");
                    }
                  }
                });
    try {
      work.run();
    } finally {
      done.set(true);
      join(writer);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One of each kind: packs and manifests of both backups, segments, a piece of the tail. */
  private static List<String> objects(Store store) {
    List<String> segments = keys(store, "clusters/prod/wal/");
    List<String> packs = keys(store, "clusters/prod/packs/");
    List<String> manifests = keys(store, "clusters/prod/backups/");
    return List.of(
        packs.getFirst(),
        packs.getLast(),
        manifests.getFirst(),
        manifests.getLast(),
        segments.get(1),
        segments.get(segments.size() / 2),
        segments.getLast(),
        keys(store, "clusters/prod/tail/").getFirst());
  }

  private static List<String> keys(Store store, String prefix) {
    return store.list(prefix, "", 1000).objects().stream()
        .map(object -> object.key().value())
        .toList();
  }

  private static void during(Store store, String name, Way way, Runnable test) {
    ObjectKey key = ObjectKey.of(name);
    ObjectInfo info = store.stat(key).orElseThrow();
    byte[] good = store.read(key, 0, (int) info.size());
    byte[] bad = Arrays.copyOf(good, good.length);
    bad[bad.length / 2] ^= 1;
    store.delete(key);
    try {
      switch (way) {
        case MISSING -> {}
        case FLIPPED -> store.create(key, bad);
      }
      test.run();
    } finally {
      store.delete(key);
      store.create(key, good);
    }
  }

  private static void judge(ProtectedCluster cluster, Store store, String key, Way way) {
    VerifyReport report = verify(store, Depth.READ);
    // WAL before the first backup is not needed, and of a last piece that is gone nothing tells
    boolean lastPiece = way == Way.MISSING && key.contains("/tail/");
    boolean neededByNone = report.isWhole() && (key.contains("/wal/") || lastPiece);
    if (!neededByNone) {
      assertThat(report.findings())
          .as("%s %s: %s", key, way, report)
          .extracting(Finding::object)
          .anyMatch(object -> object.startsWith(key.substring(0, key.lastIndexOf('/'))));
    }
    if (way == Way.FLIPPED && !neededByNone) {
      assertThat(report.findings()).extracting(Finding::object).contains(key);
    }
    assertJudged(cluster, report);
  }

  private static VerifyReport verify(Store store, Depth depth) {
    Repository repository = Repository.open(store, Optional.of(SECRET), new SecureRandom());
    return new Verifier(repository, repository.cluster("prod"))
        .run(new VerifyRequest(Optional.empty(), depth, 2), _ -> {});
  }

  private static void assertJudged(ProtectedCluster cluster, VerifyReport report) {
    for (BackupVerdict verdict : report.backups()) {
      assertThat(isRestored(cluster, verdict.id())).as("%s", report).isEqualTo(verdict.whole());
    }
  }

  private static boolean isRestored(ProtectedCluster cluster, BackupId id) {
    try (Copy copy = new Copy(cluster.repository())) {
      copy.restore(r -> r.withBackup(id).withTarget(new TargetRequest.BackupEnd()));
      return true;
    } catch (Failure e) {
      return false;
    }
  }
}
