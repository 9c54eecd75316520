package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.Amcheck;
import io.mockupaws.it.support.Contents;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.PageCheck;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A recovered server against its original, which still runs: everything that SQL can see. */
class CompareIT {

  private static final HostUser NOBODY = HostUser.named("nobody").orElseThrow();
  private static final HostUser POSTGRES = HostUser.named("postgres").orElseThrow();

  /** Debian's layout, read over SQL; what comes back also passes the client tools of 15. */
  @Test
  void debiansFifteenComesBackWhole() {
    try (DebianCluster cluster = DebianCluster.create("--data-checksums");
        Vault vault = Vault.directory(NOBODY)) {
      cluster.configure("autovacuum = off", "work_mem = '7MB'", "max_prepared_transactions = 5");
      Path binaries = DebianCluster.BINARIES;
      assertThat(protect(cluster.login(), vault, NOBODY, binaries)).isEqualTo("sql");
      vault.giveTo(POSTGRES);
      try (Program newcomer = Program.as(POSTGRES, binaries).with(vault.environment())) {
        stoppedCopyPassesTheTools(newcomer);
        try (RecoveredServer copy = RecoveredServer.restore(newcomer, cluster.login(), "latest")) {
          copy.answer();
          assertThat(dump(copy.login())).containsExactlyElementsOf(dump(cluster.login()));
          same(cluster.login(), copy.login());
          assertThat(setting(copy.login(), "work_mem")).isEqualTo("7MB");
        }
      }
    }
  }

  /** Embedded ones, read from their directory by root, or over SQL by who may not enter it. */
  @ParameterizedTest
  @CsvSource({
    "15, direct, root",
    "16, sql, nobody",
    "17, direct, root",
    "18, direct, root",
    "18, sql, nobody"
  })
  void whatComesBackIsWhatWasThere(int major, String readMode, String user) {
    HostUser operator = HostUser.named(user).orElseThrow();
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder(major)
                .setting("autovacuum", "off")
                .setting("max_prepared_transactions", "5")
                .start();
        Vault vault = Vault.directory(operator)) {
      Path binaries = server.binaries().folder();
      assertThat(protect(server.login(), vault, operator, binaries)).isEqualTo(readMode);
      vault.giveTo(POSTGRES);
      try (Program newcomer = Program.as(POSTGRES, binaries).with(vault.environment())) {
        everyPageOfAStoppedCopyIsFine(newcomer);
        try (RecoveredServer copy = RecoveredServer.restore(newcomer, server.login(), "latest")) {
          copy.answer();
          same(server.login(), copy.login());
        }
      }
    }
  }

  /**
   * Half of the data is there before the backup, the other half comes from the journal.
   *
   * @return how the files were read
   */
  private static String protect(ServerLogin login, Vault vault, HostUser user, Path binaries) {
    try (Protection protection = new Protection(login, "postgres", vault, user, binaries)) {
      VariedData.create(login);
      protection.initialise("prod");
      RunningProgram stream = protection.stream();
      protection.operator().answer("backup");
      VariedData.change(login);
      protection.awaitDurable(stream);
      assertThat(stream.stop().status()).isZero();
      return protection.operator().answer("show", "latest").path("readMode").stringValue();
    }
  }

  private static void same(ServerLogin original, ServerLogin copy) {
    assertThat(Contents.of(original).differencesOf(Contents.of(copy))).isEmpty();
    try (Sql sql = copy.sql(VariedData.DATABASE)) {
      assertThat(sql.number("SELECT count(*) FROM forgettable")).isZero();
      assertThat(sql.column("SELECT gid FROM pg_prepared_xacts")).containsExactly("undecided");
      assertThat(sql.number("SELECT count(*) FROM pg_replication_slots")).isZero();
      sql.run("ROLLBACK PREPARED 'undecided'");
    }
    assertThat(Amcheck.findings(copy)).isEmpty();
  }

  /** Restored and not started: the manifest, every page, and the checksums of a stopped cluster. */
  private static void stoppedCopyPassesTheTools(Program newcomer) {
    Path place = RecoveredServer.place(newcomer);
    Path data = place.resolve("data");
    newcomer.answer("restore", "latest", "--to-dir", data.toString());
    assertThat(HostCommand.run(tool("pg_verifybackup"), data.toString()))
        .contains("backup successfully verified");
    assertThat(PageCheck.damaged(data)).isEmpty();
    FileTrees.delete(place);
  }

  private static void everyPageOfAStoppedCopyIsFine(Program newcomer) {
    Path place = RecoveredServer.place(newcomer);
    Path data = place.resolve("data");
    newcomer.answer("restore", "latest", "--to-dir", data.toString());
    assertThat(data.resolve("global/pg_control")).exists();
    assertThat(PageCheck.damaged(data)).isEmpty();
    FileTrees.delete(place);
  }

  /**
   * Everything, line by line, without the random words that newer client tools put around it and
   * without the sequences' places, which may skip ahead.
   */
  private static List<String> dump(ServerLogin login) {
    return HostCommand.run(
            "env",
            "PGPASSWORD=" + login.password(),
            tool("pg_dumpall"),
            "--no-unlogged-table-data",
            "-d",
            "postgresql://%s@%s:%d/postgres"
                .formatted(login.user(), ServerLogin.HOST, login.port()))
        .lines()
        .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
        .filter(line -> !line.startsWith("SELECT pg_catalog.setval("))
        .toList();
  }

  private static String setting(ServerLogin login, String name) {
    try (Sql sql = login.sql("postgres")) {
      return sql.value("SHOW " + name);
    }
  }

  private static String tool(String name) {
    return DebianCluster.BINARIES.resolve(name).toString();
  }
}
