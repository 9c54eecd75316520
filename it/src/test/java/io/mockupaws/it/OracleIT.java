package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.ledger.Ledger;
import io.mockupaws.demo.ledger.LedgerProof;
import io.mockupaws.demo.ledger.LedgerTable;
import io.mockupaws.demo.ledger.LedgerWriters;
import io.mockupaws.demo.ledger.LogRows;
import io.mockupaws.demo.ledger.ProofTarget;
import io.mockupaws.demo.ledger.Workload;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.CommitOracle;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who judges the judge: PostgreSQL's own backup and its own recovery to a time pass the ledger's
 * proof and the oracle's count, so what fails them later is ours.
 */
class OracleIT {

  private static final String DATABASE = "postgres";
  private static final LogRows ROWS = new LogRows(3, 100);
  private static final int WRITERS = 8;

  @TempDir Path ledgers;

  @Test
  void postgresItselfPasses() throws IOException {
    Path place = Files.createTempDirectory("mockupaws-it-oracle-");
    try (EmbeddedPostgres server = server(place)) {
      server.user().own(place);
      LedgerTable.create(server.login(), DATABASE, ROWS, 1_000);
      server.run("CREATE EXTENSION pg_walinspect");
      String begin = value(server, "SELECT pg_current_wal_lsn()");
      LedgerWriters writers =
          LedgerWriters.start(
              Workload.of(server.login(), DATABASE, WRITERS, ROWS, ledgers), Clock.systemUTC());
      proceed(writers);
      baseBackup(server, place.resolve("copy"));
      Instant stopped = Instant.now();
      proceed(writers);
      CommitOracle oracle =
          CommitOracle.ask(
              server.login(), DATABASE, begin, () -> Ledger.read(ledgers, WRITERS, ROWS, 1_000));
      proceed(writers);
      writers.stop();
      server.run("SELECT pg_switch_wal()");
      server.stop();
      Ledger full = Ledger.read(ledgers, WRITERS, ROWS, 1_000);
      Targets targets = new Targets(oracle, 1);
      List<Instant> times = new ArrayList<>(targets.betweenNeighbours(2, stopped, 0));
      times.addAll(targets.ofCommits(1, stopped, 0));
      for (Instant time : times) {
        check(server, place, time, full, oracle);
      }
    } finally {
      FileTrees.delete(place);
    }
  }

  private static EmbeddedPostgres server(Path place) throws IOException {
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x--x"));
    return EmbeddedPostgres.builder(PostgresBinaries.at(15, DebianCluster.BINARIES))
        .setting("track_commit_timestamp", "on")
        .setting("archive_mode", "on")
        .setting("wal_keep_size", "2GB")
        .setting(
            "archive_command",
            "test -d " + place + "/wal || mkdir " + place + "/wal; cp %p " + place + "/wal/%f")
        .start();
  }

  private static void check(
      EmbeddedPostgres server, Path place, Instant time, Ledger ledger, CommitOracle oracle)
      throws IOException {
    Path data = server.dataDirectory();
    FileTrees.delete(data);
    HostCommand.run("cp", "-a", place.resolve("copy").toString(), data.toString());
    Files.createFile(data.resolve("recovery.signal"));
    Files.writeString(
        data.resolve("postgresql.conf"),
        "restore_command = 'cp %s/wal/%%f %%p'%nrecovery_target_time = '%s'%n"
                .formatted(place, time.toString().replace("Z", "+00"))
            + "recovery_target_action = promote\narchive_mode = off\n",
        StandardOpenOption.APPEND);
    server.start();
    await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> value(server, "SELECT pg_is_in_recovery()").equals("f"));
    LedgerProof proof =
        LedgerProof.of(server.login(), DATABASE, ledger, ProofTarget.at(time), oracle.order());
    assertThat(proof.proven()).as(proof.toString()).isTrue();
    assertThat(proof.rowsExpected() + proof.inFlightPresent())
        .isEqualTo(1_000 + oracle.countAt(time));
    assertThat(proof.rowsBeyondTarget()).isZero();
    server.stop();
  }

  private static void baseBackup(EmbeddedPostgres server, Path copy) {
    HostCommand.run(
        server
            .user()
            .command(
                List.of(
                    DebianCluster.BINARIES.resolve("pg_basebackup").toString(),
                    "-d",
                    server.url("postgres"),
                    "-c",
                    "fast",
                    "-X",
                    "none",
                    "-D",
                    copy.toString())));
  }

  private static void proceed(LedgerWriters writers) {
    long enough = writers.acknowledged() + 1_500;
    await().atMost(Duration.ofMinutes(5)).until(() -> writers.acknowledged() >= enough);
  }

  private static String value(EmbeddedPostgres server, String query) {
    try (Sql sql = server.sql(DATABASE)) {
      return sql.value(query);
    }
  }
}
