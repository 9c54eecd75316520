package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HookReceiver;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever {@code serve} is at: it stops without waiting for it, and loses nothing. How long that
 * takes beside other work is no matter of a test.
 */
class ServeStopIT {
  private static final HostUser OPERATOR = HostUser.forServers();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A backup has begun on the server: its session is named like all of ours. */
  private static final String READING =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mockupaws'";

  private static final class Served implements AutoCloseable {
    final EmbeddedPostgres live = EmbeddedPostgres.builder(15).start();
    final Vault vault = Vault.directory(OPERATOR);
    final Protection protection =
        new Protection(live.login(), "postgres", vault, OPERATOR, DebianCluster.BINARIES);
    final Program operator = protection.operator();

    Served() {
      protection.initialise("prod");
      live.run("CREATE TABLE t AS SELECT i FROM generate_series(1, 1000) i");
      live.run("GRANT SELECT ON t TO " + Protection.ROLE);
    }

    RunningProgram serve(String settings) throws IOException {
      Path file = operator.home().resolve("mockupaws.yaml");
      Files.writeString(file, "serve: { look: 1s }\n" + settings);
      return operator.start("serve", "--port", "0");
    }

    Lsn commit() {
      live.run("INSERT INTO t SELECT generate_series(1, 1000)");
      try (Sql sql = live.sql("postgres")) {
        return Lsn.parse(sql.value("SELECT pg_current_wal_flush_lsn()"));
      }
    }

    long count(String query) {
      try (Sql sql = live.sql("postgres")) {
        return sql.number(query);
      }
    }

    @Override
    public void close() {
      protection.close();
      vault.close();
      live.close();
    }
  }

  private static void awaitSaid(RunningProgram serve, String words) {
    await(words)
        .atMost(PATIENCE)
        .until(() -> !serve.isRunning() || serve.messages().contains(words));
    assertThat(serve.isRunning()).as(serve.messages()).isTrue();
  }

  private static JsonNode stopped(RunningProgram serve) {
    return stopped(serve, 0);
  }

  /**
   * @param status 3: something that was received is not stored yet
   */
  private static JsonNode stopped(RunningProgram serve, int status) {
    Outcome outcome = serve.stop();
    assertThat(outcome.status()).as(outcome.told()).isEqualTo(status);
    return outcome.json().at("/clusters/0");
  }

  /** The limit would hold both for hours, and keeps neither from ending. */
  @Test
  void inTheMiddleOfABackupAndOfADump() throws IOException {
    try (Served served = new Served()) {
      RunningProgram serve = served.serve("repository: { max-rate: 1KiB }\n");
      awaitSaid(serve, "physical begins");
      awaitSaid(serve, "logical begins");
      await("a backup that reads")
          .atMost(PATIENCE)
          .until(() -> served.count(READING) > 0 || !serve.isRunning());
      Lsn committed = served.commit();
      served.protection.awaitDurable(serve);
      assertThat(serve.messages()).doesNotContain("was taken", "of a logical backup");
      JsonNode ended = stopped(serve);
      assertThat(ended.path("unstoredBytes").asLong()).isZero();
      assertThat(Lsn.parse(ended.path("storedLsn").asString()).isBefore(committed)).isFalse();
      await("sessions that it leaves")
          .atMost(PATIENCE)
          .until(
              () ->
                  served.count(
                          "SELECT count(*) FROM pg_stat_activity WHERE application_name IN"
                              + " ('pg_dump', 'mockupaws', 'mockupaws_prod')")
                      == 0);
      // by itself it would wait a while after a run that failed
      RunningProgram again = served.serve("");
      served.operator.answer("backup");
      served.operator.answer("backup", "--kind", "logical");
      stopped(again);
      assertThat(served.operator.answer("list").path("backups")).hasSize(1);
      JsonNode whole = served.operator.answer("verify", "--all", "--depth", "read");
      assertThat(whole.path("findings")).isEmpty();
    }
  }

  /** People are told. What was received waits in the spool, and is stored by the next start. */
  @Test
  void withTheStoreAway() throws IOException {
    try (HookReceiver receiver = new HookReceiver();
        Served served = new Served()) {
      served.operator.with("BACKUP_NOTICE_WEBHOOK", receiver.address());
      RunningProgram serve = served.serve("");
      awaitSaid(serve, "was taken");
      served.protection.awaitDurable(serve);
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(served.vault.objects());
      Files.setPosixFilePermissions(
          served.vault.objects(), EnumSet.noneOf(PosixFilePermission.class));
      Lsn committed;
      try {
        committed = served.commit();
        await("the stream's word")
            .atMost(PATIENCE)
            .until(() -> !serve.isRunning() || serve.messages().contains("MAW2"));
        await("a notice")
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(receiver.heard())
                        .as(serve.messages())
                        .map(notice -> JsonMapper.shared().readTree(notice))
                        .anyMatch(
                            notice ->
                                notice.path("kind").asString().equals("failure")
                                    && notice.path("cluster").asString().equals("prod")
                                    && notice.path("reason").asString().equals("stream")));
        assertThat(stopped(serve, 3).path("unstoredBytes").asLong()).isPositive();
      } finally {
        Files.setPosixFilePermissions(served.vault.objects(), mode);
      }
      RunningProgram again = served.serve("");
      served.protection.awaitDurable(again);
      JsonNode ended = stopped(again);
      assertThat(ended.path("unstoredBytes").asLong()).isZero();
      assertThat(Lsn.parse(ended.path("storedLsn").asString()).isBefore(committed)).isFalse();
      assertThat(served.operator.run("wal", "gaps").status()).isZero();
    }
  }
}
