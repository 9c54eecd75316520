package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Segments larger than usual hold the records that pg_walinspect tells, as files and in a journal
 * into which they were streamed. Mostly they are zeros, behind a switch.
 */
class SegmentSizesIT {
  private static final Timeline FIRST = new Timeline(1);
  private static final String SLOT = "sizes";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path spool;

  @ParameterizedTest
  @CsvSource({"15, 1024", "16, 128", "17, 64", "18, 1024"})
  void recordsAreThoseOfTheServerWhateverTheSize(int major, int megabytes) throws Exception {
    try (EmbeddedPostgres server =
            Workload.server(major, megabytes)
                .setting("wal_init_zero", "off")
                .setting("wal_recycle", "off")
                .start();
        Repository repository =
            Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
        Sql sql = server.sql("postgres")) {
      sql.run("CREATE EXTENSION pg_walinspect");
      ServerAddress address = ServerAddress.parse(server.login().url("postgres"));
      ClusterRepository cluster = repository.createCluster(identity(sql, major, megabytes));
      new Initialisation(address, SLOT).makeSlot();
      try (JournalStream stream =
          JournalStream.start(
              repository.id(),
              cluster,
              new PgWalServer(address, SLOT, InstantSource.system()),
              JournalSettings.of(spool, SLOT),
              InstantSource.system(),
              Duration.ofSeconds(5))) {
        stream.awaitStreaming(PATIENCE, () -> false);
        sql.run("SELECT pg_switch_wal()");
        Lsn from = Lsn.parse(sql.value("SELECT pg_current_wal_insert_lsn()"));
        work(sql, megabytes);
        Lsn end = Lsn.parse(sql.value("SELECT pg_current_wal_flush_lsn()"));
        await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(end));
        WalRows ours = WalRows.read(server.dataDirectory(), FIRST);
        Lsn first = ours.walk.firstRecord().orElseThrow();
        WalRows.assertSame(ours.rows, WalInspectIT.inspect(sql, first, ours.rows.getLast().end()));
        List<WalRows.Row> later =
            ours.rows.stream().filter(row -> !row.start().isBefore(from)).toList();
        assertThat(later).hasSizeGreaterThan(9000);
        assertThat(segment(later.getLast().start(), megabytes))
            .isGreaterThan(segment(from, megabytes));
        WalRows.assertSame(journal(cluster, later), later);
      }
    }
  }

  /** Where segments are not larger than that, records of 70 MB lie across their edges. */
  private static void work(Sql sql, int megabytes) {
    sql.run(
        "CREATE TABLE t AS SELECT g AS i, md5(g::text) AS x FROM generate_series(1, 9000) g",
        "CREATE INDEX ON t (x)");
    if (megabytes <= 128) {
      for (int i = 0; i < 2; i++) {
        sql.run("SELECT pg_logical_emit_message(false, 'long', repeat('x', 70 << 20))");
      }
    }
    sql.run(
        "SELECT pg_switch_wal()",
        "UPDATE t SET i = -i WHERE i < 500",
        "CHECKPOINT",
        "DELETE FROM t WHERE i > 8000");
    // what is shown is what is flushed
    sql.run("SELECT pg_logical_emit_message(true, 'flush', 'all that is before')");
  }

  private static long segment(Lsn position, int megabytes) {
    return position.value() / ((long) megabytes << 20);
  }

  private static List<WalRows.Row> journal(ClusterRepository cluster, List<WalRows.Row> rows) {
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    List<WalRows.Row> found = new ArrayList<>();
    journal.walk(
        view,
        FIRST,
        rows.getFirst().start(),
        rows.getLast().end(),
        record -> found.add(WalRows.row(record)));
    return found;
  }

  private static ClusterIdentity identity(Sql sql, int major, int megabytes) {
    return new ClusterIdentity(
        "sizes",
        Long.parseLong(sql.value("SELECT system_identifier FROM pg_control_system()")),
        major,
        megabytes << 20,
        Instant.now());
  }
}
