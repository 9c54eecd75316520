package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.s3.EmbeddedS3;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.journal.JournalSettings.Durability;
import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationListener;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.RetryPolicy;
import io.mockupaws.store.S3Credentials;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A directory and a bucket are one repository, and each of them alone is. */
class SeveralStoresIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String BUCKET = "mockupaws-it";
  private static final String ROWS =
      "SELECT count(*) || ' ' || sum(hashtextextended(t::text, 0)::numeric) FROM t";
  private static final String FLUSHED =
      "SELECT coalesce(flush_lsn, '0/0')::text FROM pg_stat_replication"
          + " WHERE application_name = 'mockupaws_it'";

  private Path place = Path.of("");
  private Optional<EmbeddedS3> s3 = Optional.empty();

  @BeforeEach
  void startS3() throws IOException {
    place = Files.createTempDirectory("mockupaws-it-stores-");
    EmbeddedS3 server = EmbeddedS3.start(Files.createDirectory(place.resolve("s3")));
    server.createBucket(BUCKET);
    s3 = Optional.of(server);
  }

  @AfterEach
  void stopS3() {
    s3.ifPresent(EmbeddedS3::close);
    FileTrees.delete(place);
  }

  private void stop() {
    s3.orElseThrow().close();
  }

  private void startAgain() {
    s3 = Optional.of(s3.orElseThrow().again());
  }

  private Store stores(boolean directory, boolean bucket) {
    EmbeddedS3 server = s3.orElseThrow();
    StoreOptions options =
        StoreOptions.none()
            .withEndpoint(server.endpoint())
            .withRegion(EmbeddedS3.REGION)
            .withCredentials(
                new S3Credentials(server.accessKey(), server.secretKey(), Optional.empty()))
            .withRetry(RetryPolicy.hurried());
    List<StoreAddress> both =
        List.of(
            StoreAddress.parse("file://" + directoryStore()),
            StoreAddress.parse("s3://" + BUCKET + "/prod?part-size=5MiB"));
    return Stores.open(both.subList(directory ? 0 : 1, bucket ? 2 : 1), options);
  }

  private Path directoryStore() {
    return place.resolve("directory");
  }

  private static Repository open(Store store) {
    return Repository.open(
        store, Optional.of(Secret.of(ProtectedCluster.SECRET)), new SecureRandom());
  }

  private static Lsn flushed(EmbeddedPostgres live) {
    try (Sql sql = live.login().sql("postgres")) {
      return Lsn.parse(sql.value(FLUSHED));
    }
  }

  private static Lsn insert(EmbeddedPostgres live, int rows) {
    try (Sql sql = live.login().sql("postgres")) {
      sql.run(
          "INSERT INTO t SELECT i, md5(random()::text) FROM generate_series(1, " + rows + ") AS i");
      return Lsn.parse(sql.value("SELECT pg_current_wal_flush_lsn()"));
    }
  }

  private static void awaitFlushed(EmbeddedPostgres live, Lsn end) {
    await().atMost(PATIENCE).until(() -> !flushed(live).isBefore(end));
  }

  private static void awaitAllWhole(ProtectedCluster cluster) {
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.state().stores().stream().allMatch(store -> store.whole()));
  }

  private static final Pattern PIECE =
      Pattern.compile("\\(\\d+, ('[^']+', \\d+::bigint, \\d+::bigint)\\)");

  /** In the server's own log: each piece of each file, and the WAL once. */
  @Test
  void theServerIsReadOnceHoweverManyStoresThereAre() throws IOException {
    Files.createDirectory(directoryStore());
    try (EmbeddedPostgres live =
        EmbeddedPostgres.builder(17)
            .setting("log_statement", "all")
            .setting("autovacuum", "off")
            .start()) {
      live.run("CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 50000) AS i");
      List<String> one = piecesRead(live, Stores.inMemory());
      assertThat(one).hasSizeGreaterThan(500);
      List<String> two = piecesRead(live, stores(true, true));
      assertThat(two).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(one);
    }
  }

  private static List<String> piecesRead(EmbeddedPostgres live, Store store) {
    live.run("CHECKPOINT");
    try (ProtectedCluster cluster = new ProtectedCluster(live.login(), store)) {
      int before = live.log().length();
      BackupResult taken =
          cluster.backup(new BackupRequest(Reading.SQL, 2, true), BackupProgress.none());
      assertThat(taken.warnings()).isEmpty();
      try (Sql sql = live.sql("postgres")) {
        assertThat(sql.number("SELECT count(*) FROM pg_stat_replication")).isEqualTo(1);
      }
      return PIECE.matcher(live.log().substring(before)).results().map(m -> m.group(1)).toList();
    }
  }

  @EveryVersion
  void aStoreComesAndGoesAndNothingIsLost(int major) throws IOException {
    Files.createDirectory(directoryStore());
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster =
            new ProtectedCluster(live.login(), stores(true, true), Durability.ALL)) {
      live.run("CREATE TABLE t (i int, x text)");
      cluster.backup();
      awaitFlushed(live, insert(live, 2000));

      withAllNothingIsAcknowledgedWhileOneIsAway(live, cluster);
      withAnyItIs(live, cluster);

      insert(live, 1000);
      cluster.awaitDurable();
      awaitAllWhole(cluster);
      cluster.stopStreaming();
      lackNothing();
      String rows;
      try (Sql sql = live.login().sql("postgres")) {
        rows = sql.value(ROWS);
      }
      Path aside = place.resolve("aside");
      Files.move(directoryStore(), aside);
      assertRestored(live, rows, stores(false, true));
      assertRestored(live, rows, stores(true, true));
      Files.move(aside, directoryStore());
      assertRestored(live, rows, stores(true, false));
      damageCrosswise();
      assertRestored(live, rows, stores(true, true));
    }
  }

  private void withAllNothingIsAcknowledgedWhileOneIsAway(
      EmbeddedPostgres live, ProtectedCluster cluster) {
    awaitAllWhole(cluster);
    stop();
    insert(live, 100);
    await().atMost(PATIENCE).until(() -> cluster.state().stores().getLast().away().isPresent());
    Lsn before = flushed(live);
    Lsn end = insert(live, 20_000);
    cluster.awaitDurable();
    await()
        .during(Duration.ofSeconds(3))
        .atMost(PATIENCE)
        .until(() -> flushed(live).equals(before) && before.isBefore(end));
    startAgain();
    awaitFlushed(live, end);
    awaitAllWhole(cluster);
  }

  private void withAnyItIs(EmbeddedPostgres live, ProtectedCluster cluster) {
    cluster.stopStreaming();
    cluster.resumeStreaming(Durability.ANY);
    stop();
    awaitFlushed(live, insert(live, 20_000));
    cluster.backup();
    assertThat(cluster.state().stores().getLast().whole()).isFalse();
    startAgain();
    awaitAllWhole(cluster);
  }

  private void lackNothing() {
    try (Repository repository = open(stores(true, true))) {
      assertThat(
              new Replication(repository.store(), repository.copier())
                  .lacking(ReplicationListener.silent()))
          .satisfies(
              report -> {
                assertThat(report.isWhole()).as(report.toString()).isTrue();
              });
    }
  }

  private static void assertRestored(EmbeddedPostgres live, String rows, Store store) {
    try (Repository repository = open(store);
        Copy copy = new Copy(repository.cluster("prod"))) {
      RestoreResult result = copy.restore(r -> RestoreIT.started(live.binaries()).apply(r));
      assertThat(result.recovered()).isPresent();
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.value(ROWS)).as(store.address()).isEqualTo(rows);
      }
    }
  }

  /** Each object is damaged in one of the stores, in turn in the one and in the other. */
  private void damageCrosswise() {
    int number = 0;
    try (Store one = stores(true, false)) {
      for (ObjectInfo object : one.list("", "", 1000).objects()) {
        if (!object.key().value().contains("/lease/")) {
          Path folder =
              number++ % 2 == 0 ? directoryStore() : place.resolve("s3/" + BUCKET + "/prod");
          flip(folder.resolve(object.key().value()));
        }
      }
    }
    assertThat(number).isGreaterThan(10);
  }

  private static void flip(Path object) {
    try {
      byte[] bytes = Files.readAllBytes(object);
      bytes[bytes.length / 2] ^= 1;
      Files.write(object, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
