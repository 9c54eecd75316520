package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.journal.Stretch;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/** A server with small WAL segments, a repository for its cluster, and streams between them. */
final class StreamFixture implements AutoCloseable {
  static final String SLOT = "mockupaws_test";
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final EmbeddedPostgres server;
  final GatedStore store;
  final Repository repository;
  final ClusterRepository cluster;
  final Path spool;
  private final int segmentSize;

  StreamFixture(EmbeddedPostgres server, Path spool, int segmentMegabytes) {
    this(server, spool, segmentMegabytes, Stores.inMemory());
  }

  StreamFixture(EmbeddedPostgres server, Path spool, int segmentMegabytes, Store inner) {
    this.server = server;
    this.spool = spool;
    this.segmentSize = segmentMegabytes << 20;
    this.store = new GatedStore(inner);
    this.repository = Repository.create(store, Optional.empty(), new SecureRandom());
    this.cluster =
        repository.createCluster(
            new ClusterIdentity(
                "test",
                Long.parseUnsignedLong(
                    value("SELECT system_identifier::text FROM pg_control_system()")),
                server.binaries().major(),
                segmentSize,
                Instant.now()));
    server.run("CREATE TABLE t (id bigserial PRIMARY KEY, x text)");
  }

  String value(String query) {
    try (Sql sql = server.sql("postgres")) {
      return sql.value(query);
    }
  }

  JournalSettings settings() {
    return JournalSettings.of(spool, SLOT).withTailInterval(Duration.ofMillis(100));
  }

  JournalStream stream() {
    return stream(settings());
  }

  JournalStream stream(JournalSettings settings) {
    return JournalStream.start(
        repository.id(),
        cluster,
        walServer(),
        settings,
        InstantSource.system(),
        Duration.ofSeconds(10));
  }

  PgWalServer walServer() {
    return new PgWalServer(
        ServerAddress.parse(server.url("postgres")), SLOT, java.time.InstantSource.system());
  }

  /** A stream that runs. */
  JournalStream streaming() {
    JournalStream stream = stream();
    stream.awaitStreaming(PATIENCE, () -> false);
    return stream;
  }

  void insert(int rows, int bytes) {
    server.run(
        "INSERT INTO t (x) SELECT repeat(md5(random()::text), "
            + bytes / 32
            + ") FROM generate_series(1, "
            + rows
            + ")");
  }

  /** Bytes of WAL that the server keeps for the slot. */
  long held() {
    return Long.parseLong(
        value(
            "SELECT (pg_current_wal_lsn() - restart_lsn)::bigint FROM pg_replication_slots WHERE"
                + " slot_name = '"
                + SLOT
                + "'"));
  }

  Lsn flushed() {
    return Lsn.parse(value("SELECT pg_current_wal_flush_lsn()::text"));
  }

  void awaitStored(JournalStream stream, Lsn lsn) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              if (stream.state().phase() == io.mockupaws.engine.journal.StreamState.Phase.FAILED) {
                throw stream.state().lastError().orElseThrow();
              }
              return !stream.state().stored().isBefore(lsn);
            });
  }

  /** Compares every byte of the journal that the server still has with the server's files. */
  long compareWithServer() throws IOException {
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    long compared = 0;
    for (Stretch stretch : view.stretches()) {
      for (Lsn at = stretch.from().segmentStart(segmentSize);
          at.isBefore(stretch.to());
          at = at.plus(segmentSize)) {
        SegmentName segment = SegmentName.containing(stretch.timeline(), at, segmentSize);
        Path file = server.dataDirectory().resolve("pg_wal").resolve(segment.fileName());
        if (Files.exists(file)) {
          ByteArrayOutputStream out = new ByteArrayOutputStream(segmentSize);
          int length = journal.read(view, segment, out);
          byte[] theirs = Files.readAllBytes(file);
          assertThat(out.size()).isEqualTo(segmentSize);
          assertThat(Arrays.mismatch(out.toByteArray(), 0, length, theirs, 0, length))
              .as("first different byte in %s of %s", segment, length)
              .isEqualTo(-1);
          compared += length;
        }
      }
    }
    return compared;
  }

  @Override
  public void close() {
    repository.close();
    server.close();
  }
}
