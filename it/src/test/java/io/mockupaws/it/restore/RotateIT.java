package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Kind;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.repository.RepositoryKeys;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Another key, while a backup and a stream of the old one run. */
class RotateIT {
  private static final String OLD = ProtectedCluster.SECRET;
  private static final String NEW = "AAAAEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";

  /** Over a second for a new cluster's files, in packs of a quarter of a megabyte. */
  private static final BackupRequest SLOW =
      new BackupRequest(
          Kind.FULL, Reading.SQL, 1, OptionalLong.of(20 << 20), true, true, 256 << 10);

  private static Repository open(Store store, String secret) {
    return Repository.open(store, Optional.of(Secret.of(secret)), new SecureRandom());
  }

  private static void assertWrong(Store store, String secret) {
    assertThatThrownBy(() -> open(store, secret))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_KEY));
  }

  @EveryVersion
  void whatRunsGoesOnAndBothKeysReadIt(int major) {
    Store store = Stores.inMemory();
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), store)) {
      live.run("CREATE TABLE t AS SELECT generate_series(1, 100000) AS i");
      assertWrong(store, NEW);
      BackupId before = cluster.backup().id();
      Meanwhile rotation = new Meanwhile(cluster, store);
      BackupId during = cluster.backup(SLOW, rotation).id();
      assertThat(rotation.packs()).isBetween(1, Meanwhile.packs(cluster) - 1);
      live.run("INSERT INTO t VALUES (0)");
      cluster.awaitDurable();
      assertWrong(store, OLD);
      BackupId after = cluster.backup().id();
      cluster.awaitDurable();
      cluster.stopStreaming();

      Repository opened = open(store, NEW);
      assertThat(
              new Verifier(opened, opened.cluster("prod"))
                  .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {})
                  .isWhole())
          .isTrue();
      for (BackupId id : List.of(before, during, after)) {
        try (Copy copy = new Copy(opened.cluster("prod"))) {
          copy.restore(r -> started(live.binaries()).apply(r.withBackup(id)));
          try (Sql sql = copy.sql(live.login(), "postgres")) {
            assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(100_001);
          }
        }
      }
    }
  }

  /** Gives the repository another key, and takes the old one away, between a backup's packs. */
  private static final class Meanwhile implements BackupProgress {
    private final ProtectedCluster cluster;
    private final Store store;
    private final int before;
    private int stored;

    Meanwhile(ProtectedCluster cluster, Store store) {
      this.cluster = cluster;
      this.store = store;
      this.before = packs(cluster);
    }

    static int packs(ProtectedCluster cluster) {
      return cluster.repository().list("packs/").size();
    }

    /** Of all packs, what was there when the key changed; 0 when it never did. */
    int packs() {
      return stored;
    }

    @Override
    public void report(State state) {
      int now = packs(cluster);
      if (stored == 0 && state.phase() == Phase.READING && now > before) {
        stored = now;
        RepositoryKeys keys = open(store, OLD).keys();
        assertThat(keys.rotate(Secret.of(OLD), Secret.of(NEW), Instant.now()).made()).isTrue();
        keys.retire(Secret.of(OLD), Secret.of(NEW));
      }
    }

    @Override
    public boolean cancelled() {
      return false;
    }
  }
}
