package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever makes a hole in the WAL while nobody streams, the next {@code stream} takes the backup
 * behind it by itself, once, and what comes behind it can be restored.
 */
class HoleAndBackedUpIT {
  private static final HostUser OPERATOR = HostUser.forServers();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SEGMENT = 1 << 20;

  enum Cause {
    SLOT_LOST,
    REMOVED_WITHOUT_A_SLOT,
    BROKEN_RECORD,
    BROKEN_RECORD_HELD
  }

  /** Each cause on two versions, each version with two holes. */
  @ParameterizedTest(name = "PostgreSQL {0}")
  @CsvSource({
    "15, BROKEN_RECORD, SLOT_LOST",
    "16, SLOT_LOST, BROKEN_RECORD_HELD",
    "17, REMOVED_WITHOUT_A_SLOT, BROKEN_RECORD",
    "18, BROKEN_RECORD_HELD, REMOVED_WITHOUT_A_SLOT"
  })
  void theBackupBehindEachHoleComesByItselfAndRestores(int major, Cause first, Cause second)
      throws IOException {
    try (EmbeddedPostgres live = server(major);
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(live.login(), "postgres", vault, OPERATOR, live.binaries().folder())) {
      protection.initialise("prod");
      live.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      protection.operator().answer("backup");
      int row = 1;
      String behind = "";
      for (Cause cause : List.of(first, second)) {
        Lsn broken = make(cause, live, protection);
        behind = backedUp(cause, live, protection, broken, ++row);
      }
      assertThat(protection.operator().answer("list").path("backups")).hasSize(3);
      assertRestores(protection, live, behind, row);
    }
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .segmentMegabytes(1)
        .setting("autovacuum", "off")
        .setting("max_wal_size", "4MB")
        .setting("min_wal_size", "2MB")
        .start();
  }

  /** Where a broken record begins; zero where WAL is missing. */
  private static Lsn make(Cause cause, EmbeddedPostgres live, Protection protection)
      throws IOException {
    return switch (cause) {
      case SLOT_LOST -> {
        live.run("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
        recycle(live);
        assertThat(value(live, "SELECT wal_status FROM pg_replication_slots")).isEqualTo("lost");
        live.run("ALTER SYSTEM RESET max_slot_wal_keep_size", "SELECT pg_reload_conf()");
        yield Lsn.ZERO;
      }
      case REMOVED_WITHOUT_A_SLOT -> {
        live.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
        recycle(live);
        // nothing tells it from a clone that was written to: its operator has to
        Outcome refused = protection.operator().run("stream");
        assertThat(refused.status()).as(refused.told()).isEqualTo(1);
        assertThat(refused.told()).contains("does not have our slot", "--takes-over");
        assertThat(value(live, "SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
        yield Lsn.ZERO;
      }
      case BROKEN_RECORD -> breakARecord(live);
      case BROKEN_RECORD_HELD -> {
        Files.writeString(
            protection.operator().home().resolve("mockupaws.yaml"),
            "clusters: { prod: { damaged-wal: hold } }\n");
        yield breakARecord(live);
      }
    };
  }

  private static void recycle(EmbeddedPostgres live) {
    for (int i = 0; i < 5; i++) {
      live.run("SELECT pg_logical_emit_message(true, '', 'gone')", "SELECT pg_switch_wal()");
    }
    live.run("CHECKPOINT");
  }

  /** In a segment that is full, so that the server does not write it again. */
  private static Lsn breakARecord(EmbeddedPostgres live) throws IOException {
    live.run("SELECT pg_switch_wal()", "SELECT pg_logical_emit_message(true, '', 'before')");
    String message = "SELECT pg_logical_emit_message(false, '', repeat('x', 3000))";
    Lsn end = Lsn.parse(value(live, message));
    String file = value(live, "SELECT pg_walfile_name('" + end + "')");
    live.run("SELECT pg_switch_wal()");
    try (RandomAccessFile wal =
        new RandomAccessFile(live.dataDirectory().resolve("pg_wal").resolve(file).toFile(), "rw")) {
      int at = end.segmentOffset(SEGMENT) - 500;
      wal.seek(at);
      assertThat(wal.read()).isEqualTo('x');
      wal.seek(at);
      wal.write('y');
    }
    return end.plus(-3100);
  }

  private static String backedUp(
      Cause cause, EmbeddedPostgres live, Protection protection, Lsn broken, int row) {
    RunningProgram stream =
        cause == Cause.REMOVED_WITHOUT_A_SLOT
            ? protection.operator().start("stream", "--takes-over")
            : protection.operator().start("stream");
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                // a server is not silent for minutes, and of one that is nothing can be compared
                live.run("SELECT pg_logical_emit_message(false, '', 'tick')");
                assertThat(stream.isRunning()).as(stream.messages() + stream.output()).isTrue();
                demandHeld(cause, live, protection, broken, row);
                return stream.messages().contains("was taken behind the hole");
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(cause + ": " + stream.messages(), e);
    }
    live.run("INSERT INTO t VALUES (" + row + ")");
    protection.awaitDurable(stream);
    Outcome outcome = stream.stop();
    assertThat(outcome.status()).as(outcome.told()).isEqualTo(3);
    assertThat(outcome.json().path("holes").asInt()).as(outcome.told()).isEqualTo(1);
    assertThat(outcome.json().path("backups")).as(outcome.told()).hasSize(1);
    return outcome.json().path("backups").path(0).asString();
  }

  /** The server may forget what lies behind the broken record only once there is a backup. */
  private static void demandHeld(
      Cause cause, EmbeddedPostgres live, Protection protection, Lsn broken, int row) {
    if (cause != Cause.BROKEN_RECORD_HELD) {
      return;
    }
    boolean passed =
        value(
                live,
                "SELECT coalesce(bool_or(restart_lsn > '"
                    + broken.plus(3100)
                    + "'), false)"
                    + " FROM pg_replication_slots")
            .equals("t");
    assertThat(!passed || protection.operator().answer("list").path("backups").size() > row - 1)
        .as("acknowledged behind the broken record before there was a backup")
        .isTrue();
  }

  private static void assertRestores(
      Protection protection, EmbeddedPostgres live, String behind, int rows) {
    try (RecoveredServer copy =
        RecoveredServer.restore(protection.operator(), live.login(), "latest")) {
      assertThat(copy.answer().path("backup").asString()).isEqualTo(behind);
      try (Sql sql = copy.login().sql("postgres")) {
        assertThat(sql.column("SELECT i FROM t ORDER BY i"))
            .isEqualTo(IntStream.rangeClosed(1, rows).mapToObj(Integer::toString).toList());
      }
    }
  }

  private static String value(EmbeddedPostgres live, String query) {
    try (Sql sql = live.sql("postgres")) {
      return sql.value(query);
    }
  }
}
