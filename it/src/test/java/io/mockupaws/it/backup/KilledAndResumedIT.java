package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.Contents;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Tree;
import io.mockupaws.it.support.Vault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The real program is killed with SIGKILL in the middle of a backup. The next one uses what was
 * stored, and what it takes is whole and true.
 */
class KilledAndResumedIT {
  private static final HostUser OPERATOR = HostUser.forServers();
  private static final int TABLES = 7;

  @Test
  void whatWasStoredBeforeTheKillIsUsedAndBringsEverythingBack() {
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(17).setting("autovacuum", "off").start();
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(live.login(), "postgres", vault, OPERATOR, live.binaries().folder())) {
      Program operator = protection.operator();
      protection.initialise("prod");
      IntStream.range(0, TABLES).forEach(number -> table(live, number));
      live.run("VACUUM (FREEZE)", "CHECKPOINT");
      RunningProgram stream = protection.stream();

      Path notes = vault.objects().resolve("clusters/prod/notes");
      try (RunningProgram killed =
          operator.start("backup", "--jobs", "1", "--max-rate", "10MiB", "--read", "sql")) {
        await()
            .atMost(Duration.ofMinutes(2))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> !killed.isRunning() || !Tree.files(notes).isEmpty());
        assertThat(killed.isRunning()).as(killed.messages() + killed.output()).isTrue();
        killed.kill();
      }
      assertThat(operator.answer("list").path("backups")).isEmpty();
      live.run("UPDATE t0 SET k = 1 WHERE n = 3", "INSERT INTO t6 SELECT * FROM t5 LIMIT 100");

      JsonNode backup = operator.answer("backup", "--read", "sql");
      JsonNode taken = backup.path("takenOver");
      assertThat(taken.path("bytes").asLong()).as(backup.toString()).isGreaterThan(20L << 20);
      assertThat(taken.path("files").asInt()).isBetween(1, TABLES - 1);
      protection.awaitDurable(stream);
      assertThat(stream.stop().status()).isZero();
      operator.answer("verify", "--all", "--depth", "read"); // ends with 0 when all is whole
      assertRestored(operator, live);
    }
  }

  private static void assertRestored(Program operator, EmbeddedPostgres live) {
    try (RecoveredServer copy = RecoveredServer.restore(operator, live.login(), "latest")) {
      copy.answer();
      assertThat(Contents.of(live.login()).differencesOf(Contents.of(copy.login()))).isEmpty();
      try (Sql sql = copy.login().sql("postgres")) {
        assertThat(sql.number("SELECT sum(k) FROM t0")).isEqualTo(1);
      }
    }
  }

  /** Some 17 MB that cannot be compressed. */
  private static void table(EmbeddedPostgres live, int number) {
    String table = "t" + number;
    live.run(
        "CREATE TABLE " + table + " (n int, k int, b bytea)",
        "ALTER TABLE " + table + " ALTER b SET STORAGE PLAIN",
        "INSERT INTO "
            + table
            + " SELECT n, 0, (SELECT string_agg(sha256((n || ':' || i || '"
            + table
            + "')::bytea), '') FROM generate_series(1, 56) i) FROM generate_series(1, 9000) n");
  }
}
