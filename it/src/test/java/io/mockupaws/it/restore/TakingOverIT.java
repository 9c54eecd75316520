package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Through the command line: a clone gets a history of its own by {@code --as}, and a restored
 * server goes on in the lost one's by {@code --takes-over}; neither without that word.
 */
class TakingOverIT {
  private static final HostUser OPERATOR = HostUser.forServers();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 18})
  void aCloneIsRefusedByEachCommandAndGetsItsOwn(int major) throws IOException {
    try (EmbeddedPostgres live = server(major);
        EmbeddedPostgres clone = server(major);
        Vault vault = Vault.directory(OPERATOR);
        Protection protection = protection(live, vault)) {
      Program operator = protection.operator();
      protection.initialise("prod");
      live.run(
          "CREATE TABLE t (i int)",
          "INSERT INTO t VALUES (1)",
          "GRANT SELECT ON t TO " + Protection.ROLE);
      operator.answer("backup");
      copy(live, clone);
      live.run("INSERT INTO t VALUES (2)");
      operator.answer("backup");
      clone.run("INSERT INTO t VALUES (30)");

      operator.with("DATABASE_URL", protection.role().at(clone.port()).url("postgres"));
      List<String> before = objects(vault);
      assertIsRefused(operator.run("stream"));
      for (String kind : List.of("auto", "logical", "config")) {
        assertIsRefused(operator.run("backup", "--kind", kind));
      }
      assertThat(objects(vault)).isEqualTo(before);
      isServedNothing(operator);
      assertThat(objects(vault)).isEqualTo(before);

      operator.answer("init", "--as", "staging");
      RunningProgram stream = operator.start("stream", "--as", "staging");
      awaitStreaming(stream);
      operator.answer("backup", "--as", "staging");
      clone.run("INSERT INTO t VALUES (31)");
      awaitFlushed(stream, clone.login());
      assertThat(stream.stop().status()).isZero();

      assertThat(objects(vault)).containsAll(before);
      assertThat(objects(vault))
          .filteredOn(key -> !before.contains(key))
          .allMatch(key -> key.startsWith("clusters/staging/"));
      assertRestores(operator, clone, "staging", List.of("1", "30", "31"));
      assertRestores(operator, live, "prod", List.of("1", "2"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17})
  void aRestoredServerTakesTheLostOnesPlaceWhenItIsSaidSo(int major) throws IOException {
    try (EmbeddedPostgres live = server(major);
        Vault vault = Vault.directory(OPERATOR);
        Protection protection = protection(live, vault)) {
      Program operator = protection.operator();
      protection.initialise("prod");
      live.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      operator.answer("backup");
      live.run("INSERT INTO t VALUES (2)");
      operator.answer("backup");
      live.kill();
      try (RecoveredServer successor =
          RecoveredServer.restore(operator, live.login(), "latest", "--keep-settings")) {
        successor.answer();
        ServerLogin login = successor.login();
        try (Sql sql = login.sql("postgres")) {
          assertThat(sql.column("SELECT setting FROM pg_file_settings WHERE name = 'archive_mode'"))
              .as("what its next start finds")
              .containsExactly("on");
        }
        operator.with("DATABASE_URL", protection.role().at(login.port()).url("postgres"));
        List<String> before = objects(vault);
        Outcome refused = operator.run("stream");
        assertIsRefused(refused);
        assertThat(refused.errorMessage()).contains("restored copy");
        assertThat(objects(vault)).isEqualTo(before);

        goesOn(operator, login, 3, "stream", "--takes-over");
        goesOn(operator, login, 4, "stream");
        assertThat(operator.answer("timelines").toString()).contains("\"timeline\":2");
      }
      live.start();
      live.run("INSERT INTO t VALUES (99)");
      operator.with("DATABASE_URL", protection.role().url("postgres"));
      List<String> before = objects(vault);
      assertIsRefused(operator.run("stream"));
      assertThat(objects(vault)).isEqualTo(before);
      assertRestores(operator, live, "prod", List.of("1", "2", "3", "4"));
    }
  }

  /** By cron first, then by {@code serve}, which keeps trying, and is not stopped. */
  @ParameterizedTest
  @ValueSource(ints = 15)
  void aServerThatNothingShowsToBeTheClustersGoesOnOnceItIsSaidSo(int major) {
    try (EmbeddedPostgres live =
            EmbeddedPostgres.builder(major)
                .segmentMegabytes(1)
                .setting("autovacuum", "off")
                .setting("max_wal_size", "4MB")
                .setting("min_wal_size", "2MB")
                .start();
        Vault vault = Vault.directory(OPERATOR);
        Protection protection = protection(live, vault)) {
      Program operator = protection.operator();
      protection.initialise("prod");
      live.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      operator.answer("backup");

      dropSlotAndItsWal(live);
      List<String> before = objects(vault);
      assertIsRefused(operator.run("backup"));
      assertIsRefused(operator.run("stream", "--once"));
      assertThat(objects(vault)).isEqualTo(before);
      saysSoOnce(operator);
      operator.answer("backup");

      dropSlotAndItsWal(live);
      RunningProgram serve = operator.start("serve", "--port", "0");
      await()
          .atMost(PATIENCE)
          .until(() -> serve.messages().contains("mockupaws stream --once --takes-over"));
      saysSoOnce(operator);
      awaitFlushed(serve, live.login());
      await().atMost(PATIENCE).until(() -> serve.messages().contains("taken behind the hole"));
      live.run("INSERT INTO t VALUES (2)");
      awaitFlushed(serve, live.login());
      Outcome outcome = serve.stop();
      assertThat(outcome.status()).as(outcome.told()).isZero();
      assertRestores(operator, live, "prod", List.of("1", "2"));
    }
  }

  /** Though each of its tasks is due. */
  private static void isServedNothing(Program operator) {
    RunningProgram serve = operator.start("serve", "--port", "0");
    await()
        .atMost(PATIENCE)
        .until(() -> serve.messages().split("the stream does not run", -1).length > 2);
    Outcome outcome = serve.stop();
    assertThat(outcome.err())
        .contains("not the one whose WAL this repository holds")
        .doesNotContain(" begins");
  }

  private static void dropSlotAndItsWal(EmbeddedPostgres live) {
    live.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    for (int i = 0; i < 5; i++) {
      live.run("SELECT pg_logical_emit_message(true, '', 'gone')", "SELECT pg_switch_wal()");
    }
    live.run("CHECKPOINT");
  }

  private static void saysSoOnce(Program operator) {
    Outcome said = operator.run("stream", "--once", "--takes-over");
    assertThat(said.status()).as("a hole: " + said.told()).isEqualTo(3);
    assertThat(said.json().path("holes").asInt()).as(said.told()).isEqualTo(1);
  }

  private static void goesOn(Program operator, ServerLogin login, int row, String... command) {
    RunningProgram stream = operator.start(command);
    awaitStreaming(stream);
    try (Sql sql = login.sql("postgres")) {
      sql.run("INSERT INTO t VALUES (" + row + ")");
    }
    awaitFlushed(stream, login);
    Outcome outcome = stream.stop();
    assertThat(outcome.status()).as(outcome.told()).isZero();
  }

  private static void assertIsRefused(Outcome outcome) {
    assertThat(outcome.status()).as(outcome.told()).isEqualTo(1);
    assertThat(outcome.errorCode()).as(outcome.told()).isEqualTo("MAW505");
    assertThat(outcome.err()).contains("mockupaws init --as NEW");
  }

  private static void awaitStreaming(RunningProgram stream) {
    await()
        .atMost(PATIENCE)
        .until(() -> !stream.isRunning() || stream.messages().contains(" streaming"));
    assertThat(stream.isRunning()).as(stream.messages() + stream.output()).isTrue();
  }

  private static void awaitFlushed(RunningProgram stream, ServerLogin login) {
    try (Sql sql = login.sql("postgres")) {
      String written = sql.value("SELECT pg_current_wal_insert_lsn()");
      await(stream.messages())
          .atMost(PATIENCE)
          .until(
              () ->
                  sql.value(
                          "SELECT coalesce(max(flush_lsn) >= '%s', false) FROM pg_stat_replication"
                              .formatted(written))
                      .equals("t"));
    }
  }

  private static void assertRestores(
      Program operator, EmbeddedPostgres former, String cluster, List<String> rows) {
    try (RecoveredServer copy =
        RecoveredServer.restore(operator, former.login(), "latest", "--cluster", cluster)) {
      copy.answer();
      try (Sql sql = copy.login().sql("postgres")) {
        assertThat(sql.column("SELECT i FROM t ORDER BY i")).isEqualTo(rows);
      }
    }
  }

  private static List<String> objects(Vault vault) {
    List<String> objects = new ArrayList<>();
    vault
        .listing()
        .files()
        .forEach(
            (path, content) -> {
              if (!path.contains("/lease/") && !path.startsWith(".tmp")) {
                objects.add(path + " " + content);
              }
            });
    return objects;
  }

  /** The files of a stopped server, started beside it on a port of its own. */
  private static void copy(EmbeddedPostgres live, EmbeddedPostgres clone) throws IOException {
    live.stop();
    clone.stop();
    FileTrees.delete(clone.dataDirectory());
    HostCommand.run("cp", "-a", live.dataDirectory().toString(), clone.dataDirectory().toString());
    Files.writeString(
        clone.dataDirectory().resolve("postgresql.conf"),
        "\nport = %d\n".formatted(clone.port()),
        StandardOpenOption.APPEND);
    live.start();
    clone.start();
  }

  private static Protection protection(EmbeddedPostgres live, Vault vault) {
    return new Protection(live.login(), "postgres", vault, OPERATOR, live.binaries().folder());
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .setting("wal_level", "replica")
        .setting("archive_mode", "on")
        .setting("archive_command", "/bin/true")
        .hba("host all all 127.0.0.1/32 trust") // a copy has the other server's passwords
        .hba("host replication all 127.0.0.1/32 trust")
        .start();
  }
}
