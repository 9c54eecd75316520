package io.mockupaws.demo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proof is only worth something if it sees every fault: each is made here once. */
class LedgerTest {

  private static final LogRows ROWS = new LogRows(7, 50);
  private static final int WRITERS = 4;
  private static final long PRELOADED = 2_000;

  private static EmbeddedPostgres server;

  @TempDir Path folder;

  @BeforeAll
  static void startServer() {
    server = EmbeddedPostgres.builder(18).setting("fsync", "off").start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void createTables() {
    server.run("DROP TABLE IF EXISTS scenario_logs, scenarios");
    LedgerTable.create(server.login(), "postgres", ROWS, PRELOADED);
  }

  @Test
  void findsEverythingWhereItBelongs() {
    Ledger ledger = write(200);
    Instant end = Instant.now().truncatedTo(ChronoUnit.MICROS);

    LedgerProof proof = prove(ledger, ProofTarget.at(end));

    assertThat(proof.proven()).as(proof.toString()).isTrue();
    assertThat(proof.rowsExpected()).isEqualTo(PRELOADED + ledger.entries().size());
    assertThat(proof.inFlight()).isZero();
    assertThat(ledger.acknowledgedBy(end)).isEqualTo(proof.rowsExpected());
  }

  @Test
  void findsLostRows() {
    Ledger ledger = write(100);
    server.run("DELETE FROM scenario_logs WHERE writer = 2 AND number = 3");
    server.run("DELETE FROM scenario_logs WHERE writer = 0 AND number = 1000");

    LedgerProof proof = prove(ledger, ProofTarget.at(Instant.now()));

    assertThat(proof.rowsLost()).isEqualTo(2);
    assertThat(proof.outOfOrder()).isPositive();
    assertThat(proof.examples()).anyMatch(text -> text.contains("lost"));
  }

  @Test
  void findsRowsWithAnotherContent() {
    Ledger ledger = write(100);
    server.run("UPDATE scenario_logs SET payload = payload || '\\x00' WHERE number = 3");

    LedgerProof proof = prove(ledger, ProofTarget.at(Instant.now()));

    assertThat(proof.rowsLost()).isEqualTo(WRITERS + 1);
  }

  @Test
  void findsRowsBeyondTheTarget() {
    Ledger ledger = write(100);
    LedgerEntry middle = ledger.entry(1, 10).orElseThrow();

    LedgerProof proof = prove(ledger, ProofTarget.at(middle.sent()));

    assertThat(proof.rowsBeyondTarget()).isPositive();
    assertThat(proof.rowsLost()).isZero();
    assertThat(proof.rowsExpected() + proof.rowsBeyondTarget() + proof.inFlight())
        .isEqualTo(PRELOADED + ledger.entries().size());
    assertThat(prove(ledger, ProofTarget.latest(middle.sent())).proven()).isTrue();
  }

  @Test
  void findsRowsThatNobodyWrote() {
    Ledger ledger = write(100);
    server.run(
        "INSERT INTO scenario_logs SELECT 9, number, scenario_id, logged_at, level, message,"
            + " latency_ms, payload FROM scenario_logs WHERE writer = 0 AND number < 4");

    assertThat(prove(ledger, ProofTarget.at(Instant.now())).rowsBeyondTarget()).isEqualTo(3);
  }

  @Test
  void seesTheOrderOfTheWal() {
    Ledger ledger = write(100);
    List<LedgerEntry> entries = ledger.entries();
    LedgerEntry last = entries.getLast();
    server.run(
        "DELETE FROM scenario_logs WHERE writer = %d AND number = %d"
            .formatted(last.writer(), last.number()));
    Map<Long, Long> order =
        entries.stream().collect(Collectors.toMap(LedgerEntry::xid, entry -> 5L));
    ProofTarget anything = ProofTarget.latest(Instant.EPOCH);
    assertThat(LedgerProof.of(server.login(), "postgres", ledger, anything, order).outOfOrder())
        .isEqualTo(prove(ledger, anything).outOfOrder());

    order.put(last.xid(), 4L);

    assertThat(LedgerProof.of(server.login(), "postgres", ledger, anything, order).outOfOrder())
        .isEqualTo(entries.size() - 1);
  }

  @Test
  void commitTimesLieBetweenTheClientsTimes() {
    server.run("ALTER SYSTEM SET track_commit_timestamp = on");
    server.restart();
    Ledger ledger = write(100);
    try (Sql sql = server.sql("postgres")) {
      for (LedgerEntry entry : ledger.entries()) {
        long micros =
            sql.number(
                "SELECT (extract(epoch FROM pg_xact_commit_timestamp('%d'::xid)) * 1000000)::bigint"
                    .formatted(entry.xid()));
        assertThat(Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
            .isBetween(entry.sent(), entry.acknowledged().orElseThrow());
      }
    }
  }

  @Test
  void keepsWhatWasSentWhenTheServerDies() {
    try (LedgerWriters writers = start(true)) {
      await(writers, 100);
      server.kill();
      server.start();
      await(writers, writers.acknowledged() + 100);
      writers.stop();
    }
    Ledger ledger = Ledger.read(folder, WRITERS, ROWS, PRELOADED);

    LedgerProof proof = prove(ledger, ProofTarget.latest(Instant.now()));

    assertThat(proof.rowsLost()).as(proof.toString()).isZero();
    assertThat(proof.rowsBeyondTarget()).isZero();
  }

  @Test
  void writersEndWithTheServerAndTellOtherErrors() {
    LedgerWriters writers = start(false);
    await(writers, 20);
    server.kill();
    writers.join();
    assertThat(writers.isWriting()).isFalse();
    writers.stop();
    server.start();

    server.run("DROP TABLE scenario_logs");
    Path other = folder.resolve("other");
    Workload workload = Workload.of(server.login(), "postgres", 1, ROWS, assertCreated(other));
    LedgerWriters broken = LedgerWriters.start(workload, Clock.systemUTC());
    broken.join();
    assertThatThrownBy(broken::stop).hasMessageContaining("scenario_logs");
  }

  @Test
  void aCutLineIsIgnored() throws IOException {
    Files.writeString(folder.resolve("writer-1.ledger"), "S 1 700 5\nA 1 6\nS 2 701 7\nA 2 ");
    Ledger ledger = Ledger.read(folder, 1, ROWS, 0);
    assertThat(ledger.entry(1, 1).orElseThrow().acknowledged())
        .contains(Instant.EPOCH.plus(6, ChronoUnit.MICROS));
    assertThat(ledger.entry(1, 2).orElseThrow().acknowledged()).isEmpty();
    Files.writeString(folder.resolve("writer-1.ledger"), "9\n", StandardOpenOption.APPEND);
    assertThat(Ledger.read(folder, 1, ROWS, 0).lastAcknowledged())
        .contains(Instant.EPOCH.plus(9, ChronoUnit.MICROS));
  }

  private Ledger write(int commits) {
    try (LedgerWriters writers = start(false)) {
      await(writers, commits);
      awaitEachWriter(writers, commits / WRITERS);
      writers.stop();
    }
    return Ledger.read(folder, WRITERS, ROWS, PRELOADED);
  }

  private LedgerWriters start(boolean reconnect) {
    Workload plain = Workload.of(server.login(), "postgres", WRITERS, ROWS, folder);
    return LedgerWriters.start(
        new Workload(
            plain.login(),
            plain.database(),
            plain.writers(),
            plain.rows(),
            plain.folder(),
            plain.pause(),
            reconnect),
        Clock.systemUTC());
  }

  private static void await(LedgerWriters writers, long commits) {
    while (writers.acknowledged() < commits && writers.isWriting()) {
      Thread.onSpinWait();
    }
  }

  /** Until every writer has come so far: a busy host may let one of them wait for long. */
  private static void awaitEachWriter(LedgerWriters writers, int number) {
    try (Sql sql = server.sql("postgres")) {
      String there =
          "SELECT count(DISTINCT writer) FROM scenario_logs WHERE writer BETWEEN 0 AND "
              + (WRITERS - 1)
              + " AND number >= "
              + number;
      while (sql.number(there) < WRITERS && writers.isWriting()) {
        Thread.onSpinWait();
      }
    }
  }

  private static LedgerProof prove(Ledger ledger, ProofTarget target) {
    return LedgerProof.of(server.login(), "postgres", ledger, target);
  }

  private static Path assertCreated(Path path) {
    try {
      return Files.createDirectory(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
