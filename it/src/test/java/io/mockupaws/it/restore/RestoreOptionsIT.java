package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.it.support.FileHashes;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Listing;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The options of {@code restore} by the real command, each judged by the server it brings back. */
class RestoreOptionsIT {
  private static LostCluster lost;

  @BeforeAll
  static void lose() throws IOException {
    lost = new LostCluster(18);
    theNewestCommitsAreInItsDirectoryAlone();
  }

  @AfterAll
  static void remove() {
    lost.close();
  }

  /** {@code wal salvage}: everything else here is recovered from what it brought in. */
  private static void theNewestCommitsAreInItsDirectoryAlone() {
    Program operator = lost.operator();
    Listing before = lost.vault().listing();
    FileHashes left = FileHashes.of(lost.dataDirectory());
    String[] command = {"wal", "salvage", "--from", lost.dataDirectory().toString()};
    JsonNode dry = operator.answer("wal", "salvage", "--from", command[3], "--dry-run");
    assertThat(dry.path("saved").asBoolean()).isFalse();
    assertThat(dry.at("/unshipped/lastCommitXid").asString()).isEqualTo(lost.seventh().xid());
    assertThat(dry.at("/unshipped/commits").asInt()).isGreaterThanOrEqualTo(3);
    assertThat(before.differencesOf(lost.vault().listing())).isEmpty();
    assertThat(operator.answer(command).path("saved").asBoolean()).isTrue();
    JsonNode again = operator.answer(command);
    assertThat(again.path("saved").asBoolean()).isFalse();
    assertThat(again.at("/unshipped/bytes").asLong()).isZero();
    assertThat(operator.answer("window").path("lastCommitXid").asString())
        .isEqualTo(lost.seventh().xid());
    assertThat(left.differencesOf(FileHashes.of(lost.dataDirectory()))).isEmpty();
  }

  private static List<String> rows(ServerLogin login) {
    try (Sql sql = login.sql("postgres")) {
      return sql.column("SELECT i FROM t ORDER BY i");
    }
  }

  @Test
  void justBeforeATransactionItPausesWithTablespaceAndWalWhereTheyWereSent() throws IOException {
    FileHashes before = FileHashes.of(lost.liveTablespace());
    Path spaces = lost.place("spaces");
    Path wal = lost.place("wal");
    try (RecoveredServer copy =
        lost.restore(
            "--target-xid",
            lost.third().xid(),
            "--exclusive",
            "--action",
            "pause",
            "--tablespace",
            "fast=" + spaces,
            "--wal-dir",
            wal.toString())) {
      assertThat(copy.answer().at("/restored/server/state").asString()).isEqualTo("paused");
      assertThat(rows(copy.login())).containsExactly("1", "2");
      try (Sql sql = copy.login().sql("postgres")) {
        assertThat(sql.value("SELECT pg_get_wal_replay_pause_state()")).isEqualTo("paused");
        assertThat(
                sql.value(
                    "SELECT pg_tablespace_location(oid) FROM pg_tablespace"
                        + " WHERE spcname = 'fast'"))
            .isEqualTo(spaces.toString());
        assertThat(sql.number("SELECT count(*) FROM s")).isEqualTo(1000);
      }
      assertThat(copy.dataDirectory().resolve("pg_wal").toRealPath()).isEqualTo(wal.toRealPath());
      assertThat(wal.resolve("archive_status")).isDirectory();
    }
    assertThat(before.differencesOf(FileHashes.of(lost.liveTablespace()))).isEmpty();
  }

  @Test
  void justBeforeAMomentItEnds() throws IOException {
    try (RecoveredServer copy =
        lost.restore(
            "--target-time",
            lost.third().time(),
            "--exclusive",
            "--action",
            "shutdown",
            "--jobs",
            "3")) {
      assertThat(copy.answer().path("jobs").asInt()).isEqualTo(3);
      JsonNode restored = copy.answer().path("restored");
      assertThat(restored.at("/server/state").asString()).isEqualTo("stopped");
      assertThat(restored.at("/server/port").asInt()).isZero();
      Path data = copy.dataDirectory();
      assertThat(StartedServer.isRunning(data)).isFalse();
      assertThat(ControlFile.parse(Files.readAllBytes(data.resolve("global/pg_control"))).state())
          .isEqualTo(ControlFile.State.SHUT_DOWN_IN_RECOVERY);
      // its operator looks at it and goes on
      Files.writeString(
          data.resolve("postgresql.auto.conf"),
          "recovery_target_action = 'promote'\n",
          StandardOpenOption.APPEND);
      String start = restored.path("startCommand").asString();
      HostCommand.run("/bin/sh", "-c", start + " -w > /dev/null");
      assertThat(rows(lost.login().at(StartedServer.port(data).orElseThrow())))
          .containsExactly("1", "2");
    }
  }

  @Test
  void theBranchThatWasLeftComesBackToItsEndAndRunsAsTheUserNamed() throws IOException {
    HostUser nobody = HostUser.named("nobody").orElseThrow();
    try (RecoveredServer copy = lost.restore("--timeline", "1", "--user", nobody.name())) {
      JsonNode answer = copy.answer();
      assertThat(answer.path("lastCommitXid").asString()).isEqualTo(lost.fifth().xid());
      assertThat(answer.at("/restored/server/newTimeline").asInt()).isEqualTo(3);
      assertThat(rows(copy.login())).containsExactly("1", "2", "3", "4", "5");
      Path data = copy.dataDirectory();
      assertThat(Files.readString(data.resolve("pg_wal/00000003.history"))).startsWith("1\t");
      String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
      assertThat(Files.getAttribute(Path.of("/proc", pid), "unix:uid")).isEqualTo(nobody.uid());
      // one that runs would remove files while they are looked at
      StartedServer.kill(data);
      for (Path file : Tree.of(data).keySet()) {
        assertThat(Files.getAttribute(file, "unix:uid")).as("" + file).isEqualTo(nobody.uid());
      }
    }
  }

  /** The newest backup's own branch, which is the one that was left. */
  @Test
  void currentIsTheBranchOfTheBackup() {
    JsonNode plan =
        lost.operator()
            .answer(
                "restore", "--timeline", "current", "--to-dir", "/nonexistent-yet", "--dry-run");
    assertThat(plan.path("timeline").asInt()).isEqualTo(1);
    assertThat(plan.path("lastCommitXid").asString()).isEqualTo(lost.fifth().xid());
    assertThat(plan.path("mayMissNewest").asBoolean()).isFalse();
  }

  /** What it has that nobody else has is not seen, and that is said. */
  @Test
  void latestWhileAStoreIsAwayKeepsNoPromise() {
    Program operator = lost.operator();
    String own = lost.vault().environment().getOrDefault("BACKUP_REPOSITORY", "");
    String[] latest = {"restore", "latest", "--to-dir", "/nonexistent-yet", "--dry-run"};
    Outcome plan;
    Outcome beside;
    Outcome verified;
    Path archive = RecoveredServer.place(operator);
    try {
      operator.with("BACKUP_REPOSITORY", own + ",file:///mnt/not-here");
      plan = operator.run(latest);
      beside =
          operator.run(
              Stream.concat(Stream.of(latest), Stream.of("--wal-source", archive.toString()))
                  .toArray(String[]::new));
      verified = operator.run("verify", "--all");
    } finally {
      operator.with("BACKUP_REPOSITORY", own);
      FileTrees.delete(archive);
    }
    assertThat(verified.status()).as(verified.told()).isEqualTo(3);
    assertThat(verified.json().path("findings")).as(verified.told()).isEmpty();
    assertThat(verified.json().path("storesAway")).hasSize(1);
    for (Outcome told : List.of(plan, beside)) {
      assertThat(told.status()).as(told.told()).isEqualTo(3);
      assertThat(told.json().path("mayMissNewest").asBoolean()).isTrue();
      assertThat(told.json().path("storesAway").path(0).asString()).contains("/mnt/not-here");
      assertThat(told.json().path("warnings").toString()).contains("/mnt/not-here");
    }
  }

  @Test
  void justBeforeAnEventWhatItTookIsThere() {
    String event = "";
    for (JsonNode told : lost.operator().answer("history").path("events")) {
      if (told.path("relation").asString().equals("public.doomed")
          && told.path("kind").asString().equals("dropped")) {
        event = told.path("id").asString();
      }
    }
    try (RecoveredServer copy = lost.restore("--before", event)) {
      copy.answer();
      assertThat(rows(copy.login())).containsExactly("1", "2", "3", "4", "6");
      try (Sql sql = copy.login().sql("postgres")) {
        assertThat(sql.number("SELECT count(*) FROM doomed")).isEqualTo(500);
      }
    }
  }

  /** The server's own history file is what the drawing is compared with. */
  @Test
  void timelinesDrawsTheFork() {
    String left = lost.history().split("\t", -1)[1];
    JsonNode told = lost.operator().answer("timelines");
    assertThat(told.path("latest").asInt()).isEqualTo(2);
    JsonNode first = told.at("/timelines/0");
    JsonNode second = told.at("/timelines/1");
    assertThat(told.path("timelines")).hasSize(2);
    assertThat(first.path("parent").isNull()).isTrue();
    assertThat(first.path("backups").asInt()).isEqualTo(1);
    assertThat(first.path("lastCommitXid").asString()).isEqualTo(lost.fifth().xid());
    assertThat(second.path("parent").asInt()).isEqualTo(1);
    assertThat(second.path("leftLsn").asString()).isEqualTo(left);
    assertThat(lost.history()).contains(second.path("leftReason").asString());
    assertThat(second.path("lastCommitXid").asString()).isEqualTo(lost.seventh().xid());
    Outcome drawn = lost.operator().text("timelines");
    assertThat(drawn.status()).as(drawn.told()).isZero();
    assertThat(drawn.out().lines())
        .containsSubsequence(
            "timeline 1",
            "|   last commit %s UTC, transaction %s"
                .formatted(lost.fifth().time(), lost.fifth().xid()),
            "|   1 backup taken on it",
            "|",
            "+-- timeline 2, the newest")
        .anyMatch(line -> line.startsWith("        left 1 at " + left + ", "))
        .contains(
            "        last commit %s UTC, transaction %s"
                .formatted(lost.seventh().time(), lost.seventh().xid()));
  }

  /** Everything comes back all the same: that is status 3, and not 1. */
  @Test
  void packsThatNoBackupNamesBreakAPromiseAndNothingElse() {
    Path packs = lost.vault().objects().resolve("clusters/prod/packs");
    Path stray = packs.resolve("20200101T000000Z-full-0000");
    String backup = lost.operator().answer("show", "latest").path("id").asString();
    HostCommand.run("cp", "-a", packs.resolve(backup).toString(), stray.toString());
    try {
      Outcome verified = lost.operator().run("verify", "--all");
      assertThat(verified.status()).as(verified.told()).isEqualTo(3);
      assertThat(verified.json().path("verdict").asString()).isEqualTo("not-kept");
      assertThat(verified.json().at("/findings/0/object").asString())
          .contains("20200101T000000Z-full-0000");
      assertThat(verified.json().path("lost")).isEmpty();
    } finally {
      FileTrees.delete(stray);
    }
    assertThat(lost.operator().answer("verify", "--all").path("verdict").asString())
        .isEqualTo("whole");
  }
}
