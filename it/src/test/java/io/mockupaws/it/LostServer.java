package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.ledger.Ledger;
import io.mockupaws.demo.ledger.LedgerProof;
import io.mockupaws.demo.ledger.LedgerTable;
import io.mockupaws.demo.ledger.LedgerWriters;
import io.mockupaws.demo.ledger.LogRows;
import io.mockupaws.demo.ledger.ProofTarget;
import io.mockupaws.demo.ledger.Workload;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.CommitOracle;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Targets;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Eight writers note what the server acknowledged; the server and its host are lost; what comes
 * back at any moment is compared with the notes, row by row. One of the two backups was read from
 * the data directory, the other over SQL.
 */
abstract class LostServer {

  private static final String DATABASE = "shop";
  private static final LogRows ROWS = new LogRows(99, 200);
  private static final long PRELOADED = 3_000;
  private static final int WRITERS = 8;
  private static final int COMMITS_IN_BETWEEN = 1_000;

  /** On a slow machine too the ledger stays of a size that a test can hold and restore 20 times. */
  private static final Duration BETWEEN_COMMITS = Duration.ofMillis(5);

  static final HostUser OPERATOR = HostUser.named("nobody").orElseThrow();
  private static final HostUser NEWCOMER = HostUser.named("postgres").orElseThrow();

  @TempDir Path ledgers;

  /** A moment to recover to, from a given backup. */
  record Moment(String backup, Instant time) {}

  /**
   * What is left of a life.
   *
   * @param oracle what the server said of the ledger's commits
   * @param promised what was acknowledged by then was reported as durable before the end
   * @param seed of the moments
   */
  record History(
      ServerLogin former,
      Ledger ledger,
      CommitOracle oracle,
      List<Moment> moments,
      Instant promised,
      long seed) {}

  /**
   * Closes the vault.
   *
   * @param targets how many moments are recovered, besides the newest
   */
  final void everyMomentComesBackExactly(
      int major, Vault vault, int segmentMegabytes, int targets) {
    try (vault;
        EmbeddedPostgres server = server(major, segmentMegabytes)) {
      History history = liveAndDie(server, vault, targets);
      vault.giveTo(NEWCOMER);
      try (Program newcomer =
          Program.as(NEWCOMER, server.binaries().folder()).with(vault.environment())) {
        List<String> wrong = new ArrayList<>();
        for (Moment moment : history.moments()) {
          wrong.addAll(recoverTo(moment, history, newcomer));
        }
        wrong.addAll(recoverLatest(history, newcomer));
        assertThat(wrong).as("seed " + history.seed()).isEmpty();
      }
    }
  }

  /** The operator is in the group that may read the data directory, until it is closed to it. */
  private static EmbeddedPostgres server(int major, int segmentMegabytes) {
    HostUser owner = HostUser.forServers();
    return EmbeddedPostgres.builder(major)
        .user(new HostUser(owner.name(), owner.uid(), OPERATOR.gid()))
        .groupAccess()
        .segmentMegabytes(segmentMegabytes)
        .setting("track_commit_timestamp", "on")
        .setting("wal_keep_size", "2GB")
        .start();
  }

  private History liveAndDie(EmbeddedPostgres server, Vault vault, int targets) {
    server.run("CREATE DATABASE " + DATABASE);
    LedgerTable.create(server.login(), DATABASE, ROWS, PRELOADED);
    int segmentMegabytes = segmentMegabytes(server);
    String begin = ask(server, "CREATE EXTENSION pg_walinspect", "SELECT pg_current_wal_lsn()");
    try (Protection protection =
            new Protection(server.login(), DATABASE, vault, OPERATOR, server.binaries().folder());
        LedgerWriters writers = LedgerWriters.start(workload(server), Clock.systemUTC())) {
      protection.initialise("prod");
      RunningProgram stream = protection.stream();
      JsonNode direct = backUp(protection, "direct");
      proceed(writers);
      close(server.dataDirectory());
      JsonNode sql = backUp(protection, "sql");
      proceed(writers);
      CommitOracle oracle;
      Instant promised;
      do {
        oracle = oracle(server, begin, segmentMegabytes);
        promised = Instant.now();
        protection.awaitDurable(stream);
      } while (segmentMegabytes > 1 && isFilled(server, oracle, bytes(segmentMegabytes)));
      server.kill();
      stream.kill();
      server.removeDataDirectory();
      writers.join();
      long seed = System.nanoTime();
      List<Moment> moments =
          moments(new Targets(oracle, seed), oracle, direct, sql, bytes(segmentMegabytes), targets);
      writers.stop(); // what else ended one of them is an error
      everyWriterWentOn(Instant.parse(sql.path("stoppedAt").stringValue()));
      if (segmentMegabytes > 1) {
        assertUnfinished(vault, oracle.lastSegment(bytes(segmentMegabytes)), segmentMegabytes);
      }
      return new History(server.login(), ledger(), oracle, moments, promised, seed);
    }
  }

  private Workload workload(EmbeddedPostgres server) {
    return new Workload(
        server.login(), DATABASE, WRITERS, ROWS, ledgers, BETWEEN_COMMITS, /* reconnect= */ false);
  }

  /** Whether the segment with the newest targets is full, or nearly: then others are chosen. */
  private static boolean isFilled(EmbeddedPostgres server, CommitOracle oracle, long size) {
    Lsn flushed = Lsn.parse(ask(server, "SELECT 1", "SELECT pg_current_wal_flush_lsn()"));
    return flushed.minus(new Lsn(oracle.lastSegment(size))) > size - (8 << 20);
  }

  private void everyWriterWentOn(Instant after) {
    assertThat(ledger().byWriter().values())
        .hasSize(WRITERS)
        .allSatisfy(
            entries ->
                assertThat(entries.values())
                    .anyMatch(e -> e.acknowledged().filter(at -> at.isAfter(after)).isPresent()));
  }

  /** The newest targets lie where the repository has nothing but pieces of a tail. */
  private static void assertUnfinished(Vault vault, long lsn, int segmentMegabytes) {
    String segment =
        SegmentName.containing(new Timeline(1), new Lsn(lsn), bytes(segmentMegabytes)).fileName();
    assertThat(vault.listing().paths("/wal/")).noneMatch(path -> path.contains(segment));
    assertThat(vault.listing().paths("/tail/")).anyMatch(path -> path.contains(segment));
  }

  private static JsonNode backUp(Protection protection, String readMode) {
    protection.operator().answer("backup");
    JsonNode backup = protection.operator().answer("show", "latest");
    assertThat(backup.path("readMode").stringValue()).isEqualTo(readMode);
    return backup;
  }

  private static void proceed(LedgerWriters writers) {
    long enough = writers.acknowledged() + COMMITS_IN_BETWEEN;
    await().atMost(Duration.ofMinutes(5)).until(() -> writers.acknowledged() >= enough);
  }

  /**
   * Waits until the segment being written holds enough commits to choose from, and where segments
   * are large has room for those to come.
   */
  private CommitOracle oracle(EmbeddedPostgres server, String begin, int segmentMegabytes) {
    long size = bytes(segmentMegabytes);
    // not all of them: each holds every commit so far
    AtomicReference<CommitOracle> found = new AtomicReference<>(new CommitOracle(List.of()));
    await()
        .atMost(Duration.ofMinutes(5))
        .until(
            () -> {
              CommitOracle oracle = CommitOracle.ask(server.login(), DATABASE, begin, this::ledger);
              found.set(oracle);
              long unfinished = oracle.lastSegment(size);
              boolean room =
                  size <= 1 << 20 || oracle.commits().getLast().lsn() < unfinished + size / 2;
              return room
                  && oracle.commits().stream().filter(c -> c.lsn() >= unfinished).count() > 50;
            });
    return found.get();
  }

  /**
   * Half of them between neighbours, half from each backup, some in the last segment.
   *
   * @param count twenty, or six: one of the first three kinds from each backup
   */
  private static List<Moment> moments(
      Targets targets,
      CommitOracle oracle,
      JsonNode direct,
      JsonNode sql,
      long segmentBytes,
      int count) {
    long unfinished = oracle.lastSegment(segmentBytes);
    boolean all = count == 20;
    List<Moment> moments = new ArrayList<>();
    for (JsonNode backup : List.of(direct, sql)) {
      String id = backup.path("id").stringValue();
      Instant stopped = Instant.parse(backup.path("stoppedAt").stringValue());
      List<Instant> times = new ArrayList<>(targets.betweenNeighbours(all ? 3 : 1, stopped, 0));
      times.addAll(targets.betweenNeighbours(all ? 2 : 1, stopped, unfinished));
      times.addAll(targets.ofCommits(all ? 2 : 1, stopped, 0));
      times.addAll(targets.ofCommits(all ? 1 : 0, stopped, unfinished));
      times.addAll(targets.anywhere(all ? 2 : 0, stopped));
      times.forEach(time -> moments.add(new Moment(id, time)));
    }
    assertThat(moments).hasSize(count);
    return moments;
  }

  private static List<String> recoverTo(Moment moment, History history, Program newcomer) {
    try (RecoveredServer recovered =
        RecoveredServer.restore(
            newcomer,
            history.former(),
            moment.backup(),
            "--target-time",
            moment.time().toString())) {
      recovered.answer();
      LedgerProof proof =
          LedgerProof.of(
              recovered.login(),
              DATABASE,
              history.ledger(),
              ProofTarget.at(moment.time()),
              history.oracle().order());
      long present = proof.rowsExpected() - proof.rowsLost() + proof.inFlightPresent();
      long exactly = PRELOADED + history.oracle().countAt(moment.time());
      return proof.proven() && present == exactly
          ? List.of()
          : List.of(moment + ": " + present + " of exactly " + exactly + " rows, " + proof);
    }
  }

  /** Everything whose WAL the stream had reported as durable, and all up to what is named. */
  private static List<String> recoverLatest(History history, Program newcomer) {
    try (RecoveredServer recovered =
        RecoveredServer.restore(newcomer, history.former(), "latest")) {
      Instant reached =
          Instant.parse(recovered.answer().at("/restored/server/lastCommit").stringValue());
      List<String> wrong = new ArrayList<>();
      for (Instant complete : List.of(history.promised(), reached)) {
        LedgerProof proof =
            LedgerProof.of(
                recovered.login(),
                DATABASE,
                history.ledger(),
                ProofTarget.latest(complete),
                history.oracle().order());
        if (!proof.proven()) {
          wrong.add("latest, complete up to " + complete + ": " + proof);
        }
      }
      return wrong;
    }
  }

  private Ledger ledger() {
    return Ledger.read(ledgers, WRITERS, ROWS, PRELOADED);
  }

  private static int bytes(int megabytes) {
    return megabytes << 20;
  }

  private static int segmentMegabytes(EmbeddedPostgres server) {
    String setting = "SELECT setting::int >> 20 FROM pg_settings WHERE name = 'wal_segment_size'";
    return Integer.parseInt(ask(server, "SELECT 1", setting));
  }

  private static String ask(EmbeddedPostgres server, String first, String query) {
    try (Sql sql = server.sql(DATABASE)) {
      return sql.run(first).value(query);
    }
  }

  private static void close(Path dataDirectory) {
    try {
      Files.setPosixFilePermissions(dataDirectory, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
