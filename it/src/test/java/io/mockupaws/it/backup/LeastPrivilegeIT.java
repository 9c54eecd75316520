package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.cluster.Finding;
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ReplicationConnection;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.Slot;
import io.mockupaws.it.support.EveryVersion;
import java.util.List;
import java.util.Map;

/** The role that init makes suffices, and each of its rights is needed. */
class LeastPrivilegeIT {
  private static final String ROLE = "maw \"odd\" role";
  private static final String PASSWORD = "s3cret: w/ everything@%";

  @EveryVersion
  void theRoleSuffices(int major) {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder(major).setting("log_statement", "all").start()) {
      server.run("CREATE DATABASE shop");
      ServerAddress admin = ServerAddress.parse(server.url("shop"), Map.of());
      ServerLogin login = server.login().as(ROLE, PASSWORD);
      ServerAddress ours = ServerAddress.parse(login.url("shop"), Map.of());
      Initialisation initialisation = new Initialisation(ours, "mockupaws_shop");

      List<String> statements = initialisation.makeRole(admin);
      assertThat(initialisation.makeRole(admin)).isEqualTo(statements);
      assertIsNoMoreThanNeeded(server);
      assertThat(initialisation.makeSlot()).isEqualTo(initialisation.makeSlot());
      assertThat(initialisation.makeSlot().keeps()).isEqualTo(Slot.Keeps.NOTHING);
      assertThat(initialisation.check())
          .filteredOn(finding -> finding.weight() == Finding.Weight.MISSING)
          .isEmpty();
      assertThat(server.log()).contains("GRANT EXECUTE").doesNotContain(PASSWORD);

      Bench bench = Bench.of(login.url("shop"));
      assertThat(bench.take(Reading.SQL).isSound()).isTrue();
      assertControlFileIsReadLast(server.log());
      try (ReplicationConnection connection = ReplicationConnection.open(ours)) {
        assertThat(connection.identify().systemIdentifier())
            .isEqualTo(bench.cluster().identity().systemIdentifier());
      }
      assertEachRightIsNeeded(server, bench);
    }
  }

  /** In the server's own words: on a standby the file says how far replay must go. */
  private static void assertControlFileIsReadLast(String log) {
    List<String> reads = log.lines().filter(line -> line.contains("pg_read_binary_file(")).toList();
    assertThat(reads).hasSizeGreaterThan(3);
    assertThat(reads.getLast()).contains("'global/pg_control'");
    assertThat(reads.subList(0, reads.size() - 1))
        .noneMatch(line -> line.contains("'global/pg_control'"));
  }

  private static void assertIsNoMoreThanNeeded(EmbeddedPostgres server) {
    try (Sql sql = server.sql("shop")) {
      assertThat(
              sql.rows(
                  """
                  SELECT rolsuper, rolreplication, rolcreaterole, rolcreatedb, rolbypassrls,
                         (SELECT string_agg(roleid::regrole::text, ' ')
                            FROM pg_auth_members WHERE member = r.oid)
                    FROM pg_roles AS r WHERE rolname = 'maw "odd" role'
                  """))
          .containsExactly(List.of("f", "t", "f", "f", "f", "pg_read_all_settings"));
    }
  }

  private static void assertEachRightIsNeeded(EmbeddedPostgres server, Bench bench) {
    String role = "\"maw \"\"odd\"\" role\"";
    for (String right :
        List.of(
            "pg_read_all_settings",
            "EXECUTE ON FUNCTION pg_catalog.pg_backup_start(text, boolean)",
            "EXECUTE ON FUNCTION pg_catalog.pg_backup_stop(boolean)",
            "EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean)",
            "EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text, boolean)",
            "EXECUTE ON FUNCTION"
                + " pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)")) {
      runInShop(server, "REVOKE " + right + " FROM " + role);
      String grant = "GRANT " + right + " TO " + role;
      assertThatThrownBy(() -> bench.take(Reading.SQL))
          .as(right)
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> {
                assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_RIGHTS);
                assertThat(failure.nextStep()).contains(grant + ";");
              });
      runInShop(server, grant);
    }
    server.run("ALTER ROLE " + role + " NOREPLICATION");
    assertThatThrownBy(() -> ReplicationConnection.open(bench.address()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_RIGHTS);
              assertThat(failure.nextStep()).contains("ALTER ROLE " + role + " REPLICATION;");
            });
    assertThat(bench.cluster().backupIds()).hasSize(1);
    assertThat(bench.cluster().list("packs/"))
        .allMatch(
            pack -> pack.key().value().contains(bench.cluster().backupIds().getFirst().value()));
  }

  private static void runInShop(EmbeddedPostgres server, String statement) {
    try (Sql sql = server.sql("shop")) {
      sql.run(statement);
    }
  }
}
