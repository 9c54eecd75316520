package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.ServerOracle;
import io.mockupaws.it.support.Vault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * What {@code status}, {@code window} and {@code restore} tell an operator, each figure beside the
 * server's own: one life of a server far from UTC, with a hole in its history.
 */
class AnswersIT {

  private static final HostUser ROOT = HostUser.current();
  private static final ZoneId KATHMANDU = ZoneId.of("Asia/Kathmandu");
  private static final int KEPT = 20;
  private static final int ALL = 40;

  @EveryVersion
  void everyFigureIsTheServersOwn(int major) {
    try (EmbeddedPostgres server = server(major);
        Vault vault = Vault.directory(ROOT);
        Protection protection =
            new Protection(server.login(), "postgres", vault, ROOT, server.binaries().folder())) {
      Life life = new Life(server, protection, new ServerOracle(server));
      protection.initialise("prod");
      RunningProgram stream = protection.stream();
      BackupSpan first = life.backUp();
      life.insert(1, 5);
      protection.awaitDurable(stream);
      life.nothingIsBehind();
      Lsn journal = life.whatIsNotStreamedIsBehind(stream);
      Gap gap = life.loseWal(journal);
      life.pushWhatIsLeft(gap);
      life.statusTellsOfTheHole();
      Lsn before = life.oracle().flushed();
      Instant begun = life.oracle().clock();
      RunningProgram again = protection.stream("--takes-over");
      BackupSpan second = life.backedUpByItself(again, before, begun);
      life.insert(101, KEPT);
      server.run("SELECT pg_sleep(0.05)");
      life.insert(101 + KEPT, ALL - KEPT);
      Lsn written = life.oracle().flushed();
      protection.awaitDurable(again);
      life.windowHasTwoRanges(first, gap, second, written);
      life.dryRunTellsWhatWillBe(second);
      life.restoreTellsWhatWas(vault);
    }
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .segmentMegabytes(1)
        .setting("TimeZone", KATHMANDU.getId())
        .setting("track_commit_timestamp", "on")
        .setting("autovacuum", "off")
        .setting("max_wal_size", "32MB")
        .setting("min_wal_size", "2MB")
        .start();
  }

  /** What the server said before a backup and after it. */
  record BackupSpan(String id, Lsn before, Instant begun, Lsn after, Instant ended) {}

  /** WAL that the server has removed, between the journal's end and the oldest segment left. */
  record Gap(Lsn from, Lsn to, Instant lastKept, Instant firstLost) {}

  /** One server and the program beside it. */
  record Life(EmbeddedPostgres server, Protection protection, ServerOracle oracle) {

    /** Commits one row a transaction. */
    void insert(int first, int count) {
      try (Sql sql = server.sql("postgres")) {
        sql.run("CREATE TABLE IF NOT EXISTS t (i int PRIMARY KEY)");
        for (int i = first; i < first + count; i++) {
          sql.run("INSERT INTO t VALUES (" + i + ")");
        }
      }
    }

    BackupSpan backUp() {
      Lsn before = oracle.flushed();
      Instant begun = oracle.clock();
      protection.operator().answer("backup");
      String id = protection.operator().answer("show", "latest").path("id").stringValue();
      return new BackupSpan(id, before, begun, oracle.flushed(), oracle.clock());
    }

    /** The server writes a little by itself now and then: then it is asked again. */
    void nothingIsBehind() {
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () -> {
                JsonNode status = protection.operator().answer("status");
                assertThat(status.path("lagBytes").longValue()).isZero();
                assertThat(status.path("lagMillis").longValue()).isZero();
                assertThat(status.path("journalLsn").stringValue())
                    .isEqualTo(status.path("serverLsn").stringValue());
                assertThat(lsn(status, "serverLsn")).isEqualTo(oracle.flushed());
                assertThat(status.path("problems")).isEmpty();
              });
    }

    /** While nobody streams, WAL behind the hole comes in. */
    void pushWhatIsLeft(Gap gap) {
      SegmentName oldest = SegmentName.containing(new Timeline(1), gap.to(), 1 << 20);
      Path file = server.dataDirectory().resolve("pg_wal").resolve(oldest.fileName());
      server.run("INSERT INTO t VALUES (70)", "SELECT pg_switch_wal()");
      protection.operator().answer("wal", "push", file.toString());
    }

    /** The stream needs nobody to take the backup behind the hole. */
    BackupSpan backedUpByItself(RunningProgram stream, Lsn before, Instant begun) {
      await(stream.messages())
          .atMost(Duration.ofMinutes(2))
          .until(() -> stream.messages().contains("was taken behind the hole"));
      assertThat(protection.operator().answer("list").path("backups")).hasSize(2);
      String id = protection.operator().answer("show", "latest").path("id").stringValue();
      return new BackupSpan(id, before, begun, oracle.flushed(), oracle.clock());
    }

    /** What is stored behind the hole cannot be recovered until there is a backup. */
    void statusTellsOfTheHole() {
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> {
                Outcome status = protection.operator().run("status");
                assertThat(status.status()).isEqualTo(3);
                assertThat(status.json().path("problems").toString())
                    .contains("can be recovered: WAL from ", "run mockupaws backup");
              });
    }

    /** Where the journal ends once its stream has been killed. */
    Lsn whatIsNotStreamedIsBehind(RunningProgram stream) {
      Instant stored = oracle.newestCommit().time();
      Lsn durable = oracle.flushed();
      protection.awaitDurable(stream); // the server writes a little by itself now and then
      stream.kill();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> oracle.text("SELECT bool_or(active) FROM pg_replication_slots").equals("f"));
      insert(6, 50);
      Instant firstLost = oracle.commit(6).time();
      Instant before = oracle.clock();
      Lsn least = oracle.flushed();
      JsonNode status = behind();
      Instant after = oracle.clock();
      Lsn journal = lsn(status, "journalLsn");
      assertThat(journal).isGreaterThanOrEqualTo(durable);
      assertThat(status.path("lagBytes").longValue())
          .isBetween(least.minus(journal), oracle.flushed().minus(journal))
          .isPositive();
      long millis = status.path("lagMillis").longValue();
      assertThat(millis)
          .isBetween(
              Duration.between(firstLost, before).toMillis(),
              Duration.between(stored, after).toMillis() + 1);
      assertThat(behind().path("lagMillis").longValue()).isGreaterThan(millis);
      return journal;
    }

    private JsonNode behind() {
      Outcome outcome = protection.operator().run("status");
      assertThat(outcome.status()).as(outcome.told()).isEqualTo(3);
      assertThat(outcome.json().path("problems").toString()).contains("nobody streams");
      return outcome.json();
    }

    /** The slot goes, and with it the WAL that nobody has. */
    Gap loseWal(Lsn journal) {
      Gap gap = new Gap(journal, Lsn.ZERO, oracle.commit(5).time(), oracle.commit(6).time());
      try (Sql sql = server.sql("postgres")) {
        sql.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
        for (int i = 0; i < 4; i++) {
          sql.run("INSERT INTO t VALUES (" + (60 + i) + ")", "SELECT pg_switch_wal()");
        }
        sql.run("CHECKPOINT");
      }
      Lsn oldest = oracle.oldestWal(1 << 20);
      assertThat(oldest).as("WAL was removed").isGreaterThan(journal);
      return new Gap(gap.from(), oldest, gap.lastKept(), gap.firstLost());
    }

    void windowHasTwoRanges(BackupSpan first, Gap gap, BackupSpan second, Lsn written) {
      JsonNode window = protection.operator().answer("window");
      Instant asked = oracle.clock();
      assertThat(window.path("ranges")).hasSize(2);
      JsonNode early = window.at("/ranges/0");
      assertThat(lsn(early, "fromLsn")).isBetween(first.before(), first.after());
      assertThat(time(early, "fromTime")).isBetween(first.begun(), first.ended());
      assertThat(lsn(early, "toLsn")).isBetween(gap.from().plus(-64), gap.from());
      assertThat(time(early, "toTime")).isBetween(gap.lastKept(), gap.firstLost().minusNanos(1));
      JsonNode late = window.at("/ranges/1");
      assertThat(lsn(late, "fromLsn")).isBetween(second.before(), second.after());
      assertThat(time(late, "fromTime")).isBetween(second.begun(), second.ended());
      // the server writes a little by itself now and then
      assertThat(lsn(late, "toLsn")).isBetween(written, oracle.flushed());
      ServerOracle.Commit newest = oracle.newestCommit();
      assertThat(time(late, "toTime")).isBetween(newest.time(), asked);
      assertThat(window.path("holes")).hasSize(1);
      assertThat(lsn(window.at("/holes/0"), "fromLsn")).isEqualTo(gap.from());
      assertThat(lsn(window.at("/holes/0"), "toLsn")).isEqualTo(gap.to());
      assertThat(window.at("/holes/0/bytes").longValue()).isEqualTo(gap.to().minus(gap.from()));
      assertThat(window.at("/holes/0/kind").stringValue()).isEqualTo("missing");
      assertThat(time(window, "lastCommit")).isEqualTo(newest.time());
      assertThat(window.path("lastCommitXid").longValue()).isEqualTo(newest.xid());
      JsonNode status = protection.operator().run("status").json();
      assertThat(status.path("windowFrom")).isEqualTo(early.path("fromTime"));
      assertThat(time(status, "windowTo"))
          .isBetween(time(late, "toTime"), oracle.clock().plusMillis(1));
      assertThat(status.path("holes").intValue()).isEqualTo(1);
    }

    /** Between two commits, written in UTC, with an offset, and with a zone's name. */
    private List<String> sameMoment() {
      Instant kept = oracle.commit(100 + KEPT).time();
      Instant target =
          kept.plus(Duration.between(kept, oracle.commit(101 + KEPT).time()).dividedBy(2));
      return List.of(
          written(target, ZoneOffset.UTC),
          written(target, ZoneOffset.ofHoursMinutes(-3, -30)) + "-03:30",
          written(target, KATHMANDU) + " " + KATHMANDU.getId());
    }

    void dryRunTellsWhatWillBe(BackupSpan backup) {
      ServerOracle.Commit kept = oracle.commit(100 + KEPT);
      ServerOracle.Commit newest = oracle.newestCommit();
      Path place = RecoveredServer.place(protection.operator());
      Path data = place.resolve("data");
      for (String target : sameMoment()) {
        JsonNode plan =
            protection
                .operator()
                .answer(
                    "restore", "--target-time", target, "--to-dir", data.toString(), "--dry-run");
        assertThat(time(plan, "reachedTime")).as(target).isEqualTo(kept.time());
        assertThat(time(plan, "lastCommit")).isEqualTo(kept.time());
        assertThat(plan.path("lastCommitXid").longValue()).isEqualTo(kept.xid());
        assertThat(plan.path("serverZone").stringValue()).isEqualTo(KATHMANDU.getId());
        assertThat(plan.path("reachedTimeInServerZone").stringValue())
            .isEqualTo(written(kept.time(), KATHMANDU) + " +05:45");
        assertThat(plan.path("backup").stringValue()).isEqualTo(backup.id());
        assertThat(plan.path("lostCommits").longValue()).isEqualTo(oracle.commitsAfter(kept));
        assertThat(time(plan, "newestCommit")).isEqualTo(newest.time());
        assertThat(plan.path("lostMillis").longValue())
            .isEqualTo(Duration.between(kept.time(), newest.time()).toMillis());
        assertThat(plan.path("estimatedMillis").longValue()).isPositive();
        assertThat(plan.path("fetchBytes").longValue()).isPositive();
        assertThat(plan.path("writeBytes").longValue()).isPositive();
        assertThat(plan.path("replayBytes").longValue()).isPositive();
        assertThat(plan.path("restored").isNull()).isTrue();
        assertThat(data).doesNotExist();
        assertThat(place).isEmptyDirectory();
      }
    }

    void restoreTellsWhatWas(Vault vault) {
      ServerOracle.Commit kept = oracle.commit(100 + KEPT);
      try (Program newcomer =
              Program.as(ROOT, server.binaries().folder()).with(vault.environment());
          RecoveredServer copy =
              RecoveredServer.restore(
                  newcomer, server.login(), "--target-time", sameMoment().getLast())) {
        JsonNode told = copy.answer().at("/restored/server");
        assertThat(time(told, "lastCommit")).isEqualTo(kept.time());
        assertThat(told.path("lastCommitXid").longValue()).isEqualTo(kept.xid());
        assertThat(told.path("rpoMillis").longValue())
            .isEqualTo(Duration.between(kept.time(), oracle.newestCommit().time()).toMillis())
            .isPositive();
        assertThat(told.path("rtoMillis").longValue())
            .isBetween(1L, copy.outcome().took().toMillis());
        statusTellsWhatARecoveryTakes(told.path("rtoMillis").longValue());
        try (Sql sql = copy.login().sql("postgres")) {
          assertThat(sql.value("SELECT max(i) FROM t")).isEqualTo(String.valueOf(100 + KEPT));
          // where this history left the old one, as the server wrote it down
          assertThat(sql.value("SELECT pg_read_file('pg_wal/00000002.history')"))
              .startsWith("1\t" + told.path("reachedLsn").stringValue() + "\t");
        }
      }
    }

    /** Beside the one that was just made: from the backup's start on, all is replayed. */
    private void statusTellsWhatARecoveryTakes(long measuredMillis) {
      JsonNode shown = protection.operator().answer("show", "latest");
      JsonNode status = protection.operator().run("status").json();
      JsonNode recovery = status.path("recovery");
      assertThat(recovery.at("/last/rtoMillis").longValue()).isEqualTo(measuredMillis);
      assertThat(recovery.path("backup")).isEqualTo(shown.path("id"));
      assertThat(recovery.path("replayBytes").longValue())
          .isEqualTo(lsn(status, "journalLsn").minus(lsn(shown, "startLsn")));
      assertThat(recovery.path("predictedMillis").longValue())
          .isEqualTo(
              recovery.path("filesMillis").longValue() + recovery.path("replayMillis").longValue())
          .isLessThan(recovery.path("objectiveMillis").longValue());
      assertThat(status.at("/lastBackups/0/id")).isEqualTo(shown.path("id"));
      assertThat(status.at("/running/0/task").stringValue()).isEqualTo("stream");
    }

    private static String written(Instant time, ZoneId zone) {
      return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(zone)
          .format(time);
    }

    private static Instant time(JsonNode node, String field) {
      return Instant.parse(node.path(field).stringValue());
    }

    private static Lsn lsn(JsonNode node, String field) {
      return Lsn.parse(node.path(field).stringValue());
    }
  }
}
