package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
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
import java.util.concurrent.CompletableFuture;

/** Another key, while a backup and a stream of the old one run. */
class RotateIT {
  private static final String OLD = ProtectedCluster.SECRET;
  private static final String NEW = "AAAAEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";

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
      CompletableFuture<BackupId> running =
          CompletableFuture.supplyAsync(() -> cluster.backup().id());
      RepositoryKeys keys = open(store, OLD).keys();
      assertThat(keys.rotate(Secret.of(OLD), Secret.of(NEW), Instant.now()).made()).isTrue();
      BackupId during = running.join();
      live.run("INSERT INTO t VALUES (0)");
      cluster.awaitDurable();
      keys.retire(Secret.of(OLD), Secret.of(NEW));
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
          copy.restore(r -> r.withBackup(id));
          assertThat(copy.directory().resolve("global/pg_control")).exists();
        }
      }
    }
  }
}
