package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real {@code stream} is told to stop while neither its server nor its store answers: it ends
 * and says what lies in the spool alone, and the next one brings that home without the server.
 */
class StoppedIT {
  private static final HostUser OPERATOR = HostUser.forServers();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @ParameterizedTest(name = "PostgreSQL {0}")
  @ValueSource(ints = {16, 18})
  void whereServerAndStoreAreGone(int major) throws IOException {
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(major).segmentMegabytes(1).start();
        Vault vault = Vault.directory(OPERATOR);
        Protection protection = protection(live, vault)) {
      prepare(live, protection);
      protection.operator().answer("backup");
      RunningProgram stream = protection.stream();
      protection.awaitDurable(stream);
      Path away = vault.objects().resolveSibling(vault.objects().getFileName() + "-away");
      Files.move(vault.objects(), away);
      live.run("INSERT INTO t VALUES (2)");
      awaitInTheSpool(live);
      live.kill();
      assertSaysWhatIsNotStored(stream, protection);

      Files.move(away, vault.objects());
      assertComesHome(protection);
      assertRestores(protection.operator(), live);
    }
  }

  /** A network loses everything that is said to them. */
  @ParameterizedTest(name = "PostgreSQL {0}")
  @ValueSource(ints = {15, 17})
  void whereNeitherAnswersAnyMore(int major) throws IOException {
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(major).segmentMegabytes(1).start();
        Vault vault = Vault.bucket();
        SilentProxy store = new SilentProxy(port(vault));
        SilentProxy network = new SilentProxy(live.port());
        Protection protection = protection(live, vault)) {
      prepare(live, protection);
      RunningProgram stream = stream(protection, vault, store, network);
      protection.awaitDurable(stream);
      store.silenceAll();
      live.run("INSERT INTO t VALUES (2)");
      awaitInTheSpool(live);
      network.silenceAll();
      assertSaysWhatIsNotStored(stream, protection);

      live.kill();
      protection
          .operator()
          .with(vault.environment())
          .with("DATABASE_URL", protection.role().url("postgres"));
      assertComesHome(protection);
    }
  }

  private static Protection protection(EmbeddedPostgres live, Vault vault) {
    return new Protection(live.login(), "postgres", vault, OPERATOR, live.binaries().folder());
  }

  private static void prepare(EmbeddedPostgres live, Protection protection) {
    protection.initialise("prod");
    live.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
  }

  private static void assertSaysWhatIsNotStored(RunningProgram stream, Protection protection) {
    Outcome outcome = stream.stop();
    assertThat(outcome.status()).as(outcome.told()).isEqualTo(3);
    assertThat(outcome.json().path("unstoredBytes").asLong()).as(outcome.told()).isPositive();
    assertThat(outcome.json().path("spool").asString())
        .isEqualTo(protection.operator().home().resolve("spool").toString());
  }

  private static void assertComesHome(Protection protection) {
    RunningProgram next = protection.operator().start("stream");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(next.isRunning()).as(next.messages() + next.output()).isTrue();
              assertThat(next.messages()).contains("MAW400");
            });
    Outcome home = next.stop();
    assertThat(home.status()).as(home.told()).isZero();
    assertThat(home.json().path("unstoredBytes").asLong()).isZero();
    assertThat(home.json().path("storedLsn")).isEqualTo(home.json().path("receivedLsn"));
  }

  private static int port(Vault vault) {
    return endpoint(vault).getPort();
  }

  private static URI endpoint(Vault vault) {
    return URI.create(vault.environment().getOrDefault("AWS_ENDPOINT_URL_S3", ""));
  }

  private static RunningProgram stream(
      Protection protection, Vault vault, SilentProxy store, SilentProxy network) {
    protection
        .operator()
        .with(
            "AWS_ENDPOINT_URL_S3",
            endpoint(vault).toString().replace(":" + port(vault), ":" + store.port()))
        .with("DATABASE_URL", protection.role().at(network.port()).url("postgres"));
    return protection.stream();
  }

  /** What was received is reported as written, also while nothing of it is durable. */
  private static void awaitInTheSpool(EmbeddedPostgres live) {
    try (Sql sql = live.sql("postgres")) {
      String written = sql.value("SELECT pg_current_wal_insert_lsn()");
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  sql.value(
                          "SELECT coalesce(max(write_lsn) >= '%s', false) FROM pg_stat_replication"
                              .formatted(written))
                      .equals("t"));
    }
  }

  private static void assertRestores(Program operator, EmbeddedPostgres live) {
    try (RecoveredServer copy = RecoveredServer.restore(operator, live.login(), "latest")) {
      copy.answer();
      try (Sql sql = copy.login().sql("postgres")) {
        assertThat(sql.column("SELECT i FROM t ORDER BY i")).isEqualTo(List.of("1", "2"));
      }
    }
  }
}
