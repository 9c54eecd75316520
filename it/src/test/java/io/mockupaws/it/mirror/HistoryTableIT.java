package io.mockupaws.it.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code backup_history}: there without being asked for, never in the way, and made again. */
class HistoryTableIT {
  private static final String ROWS =
      "SELECT backup_type, status, coalesce(error_code, ''), created_at, finished_at, backups,"
          + " bytes FROM backup_history ORDER BY created_at, run_id";

  private static List<List<String>> rows(EmbeddedPostgres server) {
    try (Sql sql = server.sql("postgres")) {
      return sql.rows(ROWS);
    }
  }

  private static List<String> told(EmbeddedPostgres server) {
    return rows(server).stream().map(row -> String.join(" ", row.subList(0, 3)).strip()).toList();
  }

  @EveryVersion
  void everyRunIsARowAndTheTableIsNeverInTheWay(int major) throws IOException {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(major).start();
        Vault vault = Vault.directory(HostUser.current());
        Program program = Program.as(HostUser.current(), server.binaries().folder())) {
      program
          .with(vault.environment())
          .with("DATABASE_URL", server.url("postgres"))
          .with("BACKUP_SPOOL_DIR", program.home().resolve("spool").toString())
          .without("BACKUP_HISTORY_URL");
      program.answer("init");
      assertThat(program.run("backup", "--kind", "config").err()).doesNotContain("backup_history");
      assertThat(program.run("backup").status()).isZero();
      assertThat(program.run("backup", "--kind", "logical", "--database", "none").status())
          .isNotZero();
      assertThat(told(server))
          .hasSize(3)
          .startsWith("config success", "physical success")
          .last()
          .asString()
          .startsWith("logical failed MAW");

      demandNotInTheWay(server, program);
      demandOnRecordThoughTheStoreWasAway(server, vault, program);

      List<List<String>> before = rows(server);
      server.run("DROP TABLE backup_history");
      int rebuilt = program.answer("list", "--rebuild").at("/historyRows").asInt();
      assertThat(rebuilt).isEqualTo(before.size());
      assertThat(rows(server)).isEqualTo(before);
      assertThat(program.answer("list", "--rebuild").at("/historyRows").asInt()).isEqualTo(rebuilt);
    }
  }

  private static void demandNotInTheWay(EmbeddedPostgres server, Program program) {
    // out of reach
    program.with("BACKUP_HISTORY_URL", "postgresql://nobody@127.0.0.1:1/nowhere");
    demandTold(program.run("backup", "--kind", "config"), "MAW400");
    // off
    program.with("BACKUP_HISTORY_URL", "none");
    assertThat(program.run("backup", "--kind", "config").err()).doesNotContain("backup_history");
    program.without("BACKUP_HISTORY_URL");
    // commits that would wait for a standby that is not there
    server.run("ALTER SYSTEM SET synchronous_standby_names TO 'nobody'", "SELECT pg_reload_conf()");
    Outcome waited = program.run("backup", "--kind", "config");
    assertThat(waited.status()).as(waited.told()).isZero();
    assertThat(waited.err()).doesNotContain("backup_history");
    assertThat(server.log()).doesNotContain("canceling wait for synchronous replication");
    server.run(
        "SET synchronous_commit TO local",
        "ALTER SYSTEM RESET synchronous_standby_names",
        "SELECT pg_reload_conf()");
    // locked by somebody
    try (Sql sql = server.sql("postgres")) {
      sql.run("BEGIN", "LOCK TABLE backup_history IN ACCESS EXCLUSIVE MODE");
      demandTold(program.run("backup", "--kind", "config"), "backup_history");
      sql.run("ROLLBACK");
    }
    // what it was not told comes with the next run
    Outcome next = program.run("backup", "--kind", "config");
    assertThat(next.err()).doesNotContain("backup_history");
  }

  /** In the table at once; in the repository, of which it is made anew, by the next run. */
  private static void demandOnRecordThoughTheStoreWasAway(
      EmbeddedPostgres server, Vault vault, Program program) throws IOException {
    String cluster = program.answer("list").path("cluster").asString();
    Path away = vault.objects().resolveSibling(vault.objects().getFileName() + "-away");
    Files.move(vault.objects(), away);
    try {
      assertThat(program.run("backup", "--cluster", cluster).errorCode()).isEqualTo("MAW201");
      assertThat(told(server)).last().isEqualTo("physical failed MAW201");
      assertThat(program.run("backup", "--dry-run").errorCode()).isEqualTo("MAW201");
      assertThat(program.run("backup").errorCode()).isEqualTo("MAW201");
    } finally {
      Files.move(away, vault.objects());
    }
    assertThat(program.run("backup").status()).isZero();
    assertThat(told(server))
        .endsWith("physical failed MAW201", "physical failed MAW201", "physical success");
  }

  private static void demandTold(Outcome outcome, String words) {
    assertThat(outcome.status()).as(outcome.told()).isZero();
    assertThat(outcome.err()).contains("backup_history is not up to date", words, "list --rebuild");
  }
}
