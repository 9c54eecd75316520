package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real {@code serve} protects a real server by itself, and says how it stands. */
class ServeIT {
  private static final HostUser OPERATOR = HostUser.forServers();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern PLACE = Pattern.compile("serving prod at http://127.0.0.1:(\\d+)");
  private static final String WELL =
      "serve: { look: 1s }\nclusters: { prod: { objectives: { rpo: %s } } }\n";

  private static final String BY_DUMPS =
      "serve: { look: 1s }\nschedule: { config: off }\n"
          + "clusters: { prod: { stream: off, objectives: { rpo: %s } } }\n";

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void protectsByItselfAndSaysHowItStands() throws IOException {
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(15).start();
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(live.login(), "postgres", vault, OPERATOR, DebianCluster.BINARIES)) {
      Program operator = protection.operator();
      Path file = operator.home().resolve("mockupaws.yaml");
      Files.writeString(file, WELL.formatted("5m"));
      protection.initialise("prod");
      live.run(
          "CREATE TABLE t (i int)",
          "GRANT SELECT ON t TO " + Protection.ROLE,
          "GRANT pg_read_all_stats TO " + Protection.ROLE);

      RunningProgram serve = operator.start("serve", "--port", "0");
      int port = port(serve);
      awaitWell(serve, port);
      assertThat(operator.answer("list").path("backups")).hasSize(1);
      assertThat(operator.answer("list", "--kind", "logical").toString()).contains("postgres_full");
      assertThat(operator.answer("list", "--kind", "config").path("configurations")).hasSize(1);
      metricsTellIt(protection, port);
      goesOnWhileTheConfigurationIsReadAgain(live, serve, port, file);
      saysWhenTheServerIsAway(live, serve, port);
      losesNothingWhenItIsStopped(protection, live, serve);

      RunningProgram again = operator.start("serve", "--port", "0");
      awaitWell(again, port(again));
      assertThat(operator.answer("list").path("backups"))
          .as("what was done today is not done again")
          .hasSize(1);
      assertThat(again.stop().status()).isZero();
    }
  }

  /** As a provider's server does: nobody gets replication, a slot, or the files. */
  @Test
  void aServerThatLetsNobodyStreamIsProtectedByDumps() throws IOException {
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(15).start();
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(live.login(), "postgres", vault, OPERATOR, DebianCluster.BINARIES)) {
      live.run(
          "CREATE ROLE rds_superuser",
          "CREATE ROLE %s LOGIN PASSWORD '%s'"
              .formatted(Protection.ROLE, protection.role().password()),
          "GRANT pg_read_all_settings TO " + Protection.ROLE,
          "CREATE TABLE t (i int)",
          "GRANT SELECT ON t TO " + Protection.ROLE);
      Program operator = protection.operator();
      Outcome entered = operator.run("init", "--cluster", "prod");
      assertThat(entered.status()).as(entered.told()).isEqualTo(3);
      assertThat(entered.json().path("clusterCreated").asBoolean()).isTrue();
      assertThat(entered.out()).contains("the server refuses it", "stream: off");
      operator.answer("backup", "--kind", "logical");

      Path file = operator.home().resolve("mockupaws.yaml");
      Files.writeString(file, BY_DUMPS.formatted("24h"));
      assertThat(operator.answer("init").path("streams").asBoolean(true)).isFalse();
      RunningProgram serve = operator.start("serve", "--port", "0");
      int port = port(serve);
      awaitWell(serve, port);
      assertThat(states(operator))
          .containsEntry("server.rights", "ok")
          .containsEntry("server.slot", "ok")
          .containsEntry("server.managed", "ok")
          .containsEntry("rpo.kept", "ok");
      Files.writeString(file, BY_DUMPS.formatted("5m"));
      assertThat(states(operator)).containsEntry("rpo.kept", "failed");
      hup(serve);
      awaitReason(serve, port, "rpo");
      assertThat(value(live, "SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
      live.run("SELECT pg_create_physical_replication_slot('mockupaws_prod', true)");
      awaitReason(serve, port, "slot");
      assertThat(states(operator)).containsEntry("server.slot", "failed");
      Outcome outcome = serve.stop();
      assertThat(outcome.status()).as(outcome.told()).isZero();
      assertThat(outcome.err()).doesNotContain("physical begins", "the stream does not run");
    }
  }

  private static Map<String, String> states(Program operator) {
    Map<String, String> states = new HashMap<>();
    for (JsonNode check : operator.run("doctor").json().path("checks")) {
      states.put(check.path("id").asString(), check.path("state").asString());
    }
    return states;
  }

  private void metricsTellIt(Protection protection, int port) {
    String metrics = get(port, "/metrics").body();
    double last =
        value(metrics, "backup_last_success_timestamp{cluster=\"prod\",type=\"physical\"}");
    assertThat(last).isBetween(now() - 300, now() + 1);
    assertThat(value(metrics, "backup_last_success_timestamp{cluster=\"prod\",type=\"logical\"}"))
        .isBetween(now() - 300, now() + 1);
    assertThat(value(metrics, "backup_failures_total{cluster=\"prod\",type=\"physical\"}"))
        .isZero();
    assertThat(metrics)
        .contains("s3_bucket_free_bytes{store=\"file://")
        .contains("s3_bucket_total_bytes{store=\"file://")
        .contains("mockupaws_replication_slot_lag_bytes{cluster=\"prod\",slot=\"mockupaws_prod\"}")
        .contains("mockupaws_replication_lag_bytes{application=")
        .contains("mockupaws_healthy{cluster=\"prod\"} 1.0")
        .contains("mockupaws_streaming{cluster=\"prod\"} 1.0");
    for (String answer : List.of(metrics, get(port, "/health/backup").body())) {
      assertThat(answer)
          .doesNotContain(protection.role().password())
          .doesNotContain("BACKUP_ENCRYPTION_KEY");
    }
  }

  private static double now() {
    return Instant.now().toEpochMilli() / 1000.0;
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + metrics));
  }

  private void goesOnWhileTheConfigurationIsReadAgain(
      EmbeddedPostgres live, RunningProgram serve, int port, Path file) throws IOException {
    String connection = sender(live);
    Files.writeString(file, "clusters: { prod: { objectives: { rpo: soon } } }\n");
    hup(serve);
    awaitReason(serve, port, "configuration");
    Files.writeString(file, WELL.formatted("7m"));
    hup(serve);
    awaitWell(serve, port);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                value(
                        get(port, "/metrics").body(),
                        "mockupaws_rpo_objective_seconds{cluster=\"prod\"}")
                    == 420);
    assertThat(sender(live)).as("the stream's connection").isEqualTo(connection);
  }

  private static String sender(EmbeddedPostgres live) {
    return value(
        live, "SELECT string_agg(pid || ' ' || backend_start, ',') FROM pg_stat_replication");
  }

  private static String value(EmbeddedPostgres live, String query) {
    try (Sql sql = live.sql("postgres")) {
      return sql.value(query);
    }
  }

  private static void hup(RunningProgram serve) {
    HostCommand.run("kill", "-HUP", Long.toString(serve.pid()));
  }

  private void saysWhenTheServerIsAway(EmbeddedPostgres live, RunningProgram serve, int port) {
    live.kill();
    awaitReason(serve, port, "server");
    awaitReason(serve, port, "stream");
    live.start();
    awaitWell(serve, port);
  }

  private void losesNothingWhenItIsStopped(
      Protection protection, EmbeddedPostgres live, RunningProgram serve) {
    live.run("INSERT INTO t SELECT generate_series(1, 100000)");
    protection.awaitDurable(serve);
    // little, so that ten seconds are enough on any machine
    live.run("INSERT INTO t SELECT generate_series(1, 1000)");
    Lsn committed = Lsn.parse(value(live, "SELECT pg_current_wal_flush_lsn()"));
    long begin = System.nanoTime();
    Outcome outcome = serve.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    assertThat(outcome.status()).as(outcome.told()).isZero();
    JsonNode ended = outcome.json().at("/clusters/0");
    assertThat(ended.path("unstoredBytes").asLong()).isZero();
    assertThat(Lsn.parse(ended.path("storedLsn").asString()).isBefore(committed)).isFalse();
  }

  private static int port(RunningProgram serve) {
    await()
        .atMost(PATIENCE)
        .until(() -> PLACE.matcher(serve.messages()).find() || !serve.isRunning());
    Matcher place = PLACE.matcher(serve.messages());
    assertThat(place.find()).as(serve.messages()).isTrue();
    return Integer.parseInt(place.group(1));
  }

  private void awaitWell(RunningProgram serve, int port) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              HttpResponse<String> health = get(port, "/health/backup");
              assertThat(health.statusCode())
                  .as("%s\n%s", health.body(), serve.messages())
                  .isEqualTo(200);
            });
  }

  private void awaitReason(RunningProgram serve, int port, String id) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              HttpResponse<String> health = get(port, "/health/backup");
              List<String> ids = new ArrayList<>();
              JsonNode json = JsonMapper.shared().readTree(health.body());
              json.at("/clusters/0/reasons").forEach(r -> ids.add(r.path("id").asString()));
              assertThat(ids).as("%s\n%s", health.body(), serve.messages()).contains(id);
              assertThat(health.statusCode()).isEqualTo(503);
            });
  }

  private HttpResponse<String> get(int port, String path) {
    try {
      URI address = URI.create("http://127.0.0.1:" + port + path);
      return client.send(
          HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
