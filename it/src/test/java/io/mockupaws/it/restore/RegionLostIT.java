package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.ledger.Ledger;
import io.mockupaws.demo.ledger.LedgerProof;
import io.mockupaws.demo.ledger.LedgerTable;
import io.mockupaws.demo.ledger.LedgerWriters;
import io.mockupaws.demo.ledger.LogRows;
import io.mockupaws.demo.ledger.ProofTarget;
import io.mockupaws.demo.ledger.Workload;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.Listing;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The region of the first store and of the server is gone: one command brings back what the second
 * store has, proves it, tells the world, and says what is lost. Its drill touches nothing.
 */
class RegionLostIT {
  private static final String DATABASE = "shop";
  private static final LogRows ROWS = new LogRows(99, 200);
  private static final long PRELOADED = 500;
  private static final int WRITERS = 4;
  private static final int COMMITS = 300;

  /** The ledger stays small on a slow machine too. */
  private static final Duration BETWEEN_COMMITS = Duration.ofMillis(5);

  private static final HostUser OPERATOR = HostUser.named("nobody").orElseThrow();

  @TempDir private Path ledgers;
  private final Vault first = Vault.bucket();
  private Path place = Path.of("");
  private Path second = Path.of("");

  @BeforeEach
  void makeStores() throws IOException {
    place = Files.createTempDirectory("mockupaws-it-region-");
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    OPERATOR.own(place);
    second = Files.createDirectory(place.resolve("second"));
    OPERATOR.own(second);
  }

  @AfterEach
  void removeStores() {
    first.close();
    FileTrees.delete(place);
  }

  private static EmbeddedPostgres server(int major) {
    EmbeddedPostgres server = EmbeddedPostgres.builder(major).start();
    server.run("CREATE EXTENSION amcheck");
    server.run("CREATE DATABASE " + DATABASE);
    server.sql(DATABASE).run("CREATE EXTENSION amcheck").close();
    return server;
  }

  /** What PostgreSQL may forget is in both stores. */
  private Protection protection(EmbeddedPostgres server) throws IOException {
    Protection protection =
        new Protection(server.login(), DATABASE, first, OPERATOR, server.binaries().folder());
    Files.writeString(
        protection.operator().home().resolve("mockupaws.yaml"),
        "repository: { durability: all }\n"
            // no machine is too slow for it
            + "clusters: { prod: { objectives: { rpo: 1d, rto: 1d } } }\n");
    protection
        .operator()
        .with(
            "BACKUP_REPOSITORY",
            first.environment().get("BACKUP_REPOSITORY") + ",file://" + second);
    return protection;
  }

  private Path script(String name, String... lines) throws IOException {
    Path script = place.resolve(name);
    Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  private static void proceed(LedgerWriters writers) {
    long enough = writers.acknowledged() + COMMITS;
    await().atMost(Duration.ofMinutes(5)).until(() -> writers.acknowledged() >= enough);
  }

  private static JsonNode step(JsonNode answer, String name) {
    for (JsonNode step : answer.path("steps")) {
      if (step.path("step").asString().equals(name)) {
        return step;
      }
    }
    throw new AssertionError("no step " + name + " in " + answer);
  }

  private static List<String> steps(JsonNode answer) {
    return answer
        .path("steps")
        .valueStream()
        .map(step -> step.path("step").asString() + " " + step.path("outcome").asString())
        .toList();
  }

  private Workload workload(EmbeddedPostgres server) {
    return new Workload(
        server.login(), DATABASE, WRITERS, ROWS, ledgers, BETWEEN_COMMITS, /* reconnect= */ false);
  }

  private Ledger ledger() {
    return Ledger.read(ledgers, WRITERS, ROWS, PRELOADED);
  }

  @EveryVersion
  void whatTheSecondStoreHasComesBackAndTheReportTellsTheRest(int major) throws IOException {
    try (EmbeddedPostgres server = server(major);
        Protection protection = protection(server)) {
      protection.initialise("prod");
      LedgerTable.create(server.login(), DATABASE, ROWS, PRELOADED);
      Path target = RecoveredServer.place(protection.operator()).resolve("data");
      Instant promised;
      RunningProgram stream = protection.stream();
      protection.operator().answer("backup");
      try (LedgerWriters writers = LedgerWriters.start(workload(server), Clock.systemUTC())) {
        proceed(writers);
        whileAllIsWellItIsADrillOrRefused(server, protection, stream, target);
        proceed(writers);
        promised = Instant.now();
        protection.awaitDurable(stream);
        Path aside = place.resolve("aside");
        Files.move(second, aside);
        proceed(writers); // the first store alone gets them
        server.kill();
        stream.kill();
        writers.join();
        writers.stop();
        Files.move(aside, second);
        first.vanish();
      }
      failOver(protection, server.login(), target, promised);
    }
  }

  /** The live server, its stream and the repository go on as if nothing had been. */
  private void whileAllIsWellItIsADrillOrRefused(
      EmbeddedPostgres server, Protection protection, RunningProgram stream, Path target)
      throws IOException {
    long pid = server.pid();
    Path hook = script("never.sh", "touch " + place.resolve("told"));
    Outcome refused = protection.operator().run("failover", "--to-dir", target.toString());
    assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW621");
    assertThat(refused.errorMessage()).contains("the cluster's server answers");
    // the copy gets amcheck, and nothing of production's runs for it
    server
        .sql(DATABASE)
        .run(
            "DROP EXTENSION amcheck",
            "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'refused'; END $$",
            "CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION refuse()",
            "ALTER EVENT TRIGGER refuse ENABLE ALWAYS")
        .close();
    protection.awaitDurable(stream);
    Set<String> before = lasting();
    JsonNode drill = protection.operator().answer("failover", "--drill", "--hook", hook.toString());
    assertThat(steps(drill))
        .containsExactly(
            "production ok",
            "stores ok",
            "window ok",
            "primary ok",
            "plan ok",
            "checklist ok",
            "restore ok",
            "proof ok",
            "hook skipped",
            "objectives ok",
            "removal ok");
    assertThat(drill.at("/loss/against").asString()).isEqualTo("server");
    assertThat(drill.at("/loss/exact").asBoolean()).isTrue();
    assertThat(drill.path("checklist").toString()).contains("notice");
    assertThat(drill.path("checklist").valueStream())
        .filteredOn(item -> item.path("item").asString().equals("notice"))
        .singleElement()
        .satisfies(item -> assertThat(item.path("outcome").asString()).isEqualTo("skipped"));
    assertThat(drill.at("/restoredFrom").asString()).isEqualTo("file://" + second);
    assertThat(drill.at("/proofs").findValuesAsString("verdict"))
        .containsExactly("proven", "proven");
    assertThat(lasting()).isEqualTo(before);
    assertThat(Path.of(drill.at("/restored/server/log").asString())).doesNotExist();
    assertThat(protection.operator().leftovers()).noneMatch(path -> path.contains("scratch"));
    assertThat(place.resolve("told")).doesNotExist();
    assertThat(target).doesNotExist();
    assertThat(server.isRunning()).isTrue();
    assertThat(server.pid()).isEqualTo(pid);
    server.sql(DATABASE).run("DROP EVENT TRIGGER refuse", "CREATE EXTENSION amcheck").close();
    assertThat(protection.operator().run("timelines").json().path("timelines").size()).isEqualTo(1);
  }

  /** The objects of both stores, but for WAL, which comes all the time, whole or on its way. */
  private Set<String> lasting() {
    return List.of(first.listing(), Listing.of(second)).stream()
        .flatMap(listing -> listing.paths("").stream())
        .filter(path -> !path.startsWith(".tmp/"))
        .filter(path -> !path.matches(".*/(wal|tail|heard|summaries|lease|catalogue)/.*"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void failOver(Protection protection, ServerLogin former, Path target, Instant promised)
      throws IOException {
    Path told = place.resolve("told");
    Path hook = script("repoint.sh", "env | grep ^MOCKUPAWS_ > " + told, "env | grep -c BACKUP_E");
    // grep -c counts none and ends with 1 where no secret is there
    Files.writeString(hook, Files.readString(hook) + "test $? = 1\n");
    try {
      JsonNode answer =
          protection
              .operator()
              .answer(
                  "failover",
                  "--to-dir",
                  target.toString(),
                  "--hook",
                  hook.toString(),
                  "--hook-local");
      assertThat(step(answer, "stores").path("what").asString()).contains("NOT reachable");
      assertThat(step(answer, "hook").path("outcome").asString()).isEqualTo("ok");
      assertThat(steps(answer)).noneMatch(step -> step.endsWith("failed"));
      assertThat(answer.at("/stores/0/reachable").asBoolean()).isFalse();
      assertThat(answer.at("/stores/1/reachable").asBoolean()).isTrue();
      int port = answer.at("/restored/server/port").asInt();
      assertThat(Files.readAllLines(told))
          .contains("MOCKUPAWS_PORT=" + port, "MOCKUPAWS_CLUSTER=prod", "MOCKUPAWS_HOST=localhost")
          .contains("MOCKUPAWS_DIRECTORY=" + target);
      theLossIsTold(answer, former.at(port), promised);
      theReportSaysTheSame(answer);
      Outcome again = protection.operator().run("failover", "--to-dir", target.toString());
      assertThat(again.errorCode()).as(again.told()).isEqualTo("MAW600");
      assertThat(StartedServer.isRunning(target)).isTrue();
    } finally {
      StartedServer.kill(target);
      FileTrees.delete(target);
    }
  }

  /** What was acknowledged as being in both stores is there; what is not came after that moment. */
  private void theLossIsTold(JsonNode answer, ServerLogin recovered, Instant promised) {
    Instant newest = Instant.parse(answer.at("/loss/newest").asString());
    assertThat(newest).isAfterOrEqualTo(promised.minusSeconds(60));
    for (ProofTarget target : List.of(ProofTarget.latest(promised), ProofTarget.at(newest))) {
      LedgerProof proof = LedgerProof.of(recovered, DATABASE, ledger(), target);
      assertThat(proof.proven()).as(target + ": " + proof).isTrue();
    }
    Instant last = ledger().lastAcknowledged().orElseThrow();
    LedgerProof lost = LedgerProof.of(recovered, DATABASE, ledger(), ProofTarget.latest(last));
    assertThat(lost.rowsLost()).as("commits that the first store alone had").isPositive();
    assertThat(answer.at("/loss/against").asString()).isEqualTo("clock");
    assertThat(answer.at("/loss/exact").asBoolean()).isFalse();
    assertThat(answer.at("/loss/mostMillis")).isEqualTo(answer.at("/loss/millis"));
    Instant asOf = Instant.parse(answer.at("/loss/asOf").asString());
    assertThat(answer.at("/loss/millis").asLong())
        .isEqualTo(Duration.between(newest, asOf).toMillis())
        .isGreaterThanOrEqualTo(Duration.between(newest, last).toMillis());
  }

  private static void theReportSaysTheSame(JsonNode answer) throws IOException {
    Path report = Path.of(answer.path("report").asString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(report)))
        .isEqualTo("rw-------");
    assertThat(JsonMapper.shared().readTree(Files.readString(report))).isEqualTo(answer);
    String text = Files.readString(Path.of(report.toString().replaceFirst("[.]json$", ".txt")));
    assertThat(text).contains("failover: done").contains("is LOST, at the most the");
  }

  @Test
  void nobodyIsSentToDamagedDataAndAFailedHookIsNoSuccess() throws IOException {
    try (EmbeddedPostgres server = server(18);
        Protection protection = protection(server)) {
      protection.initialise("prod");
      server
          .sql(DATABASE)
          .run(
              "CREATE TABLE parent (a int PRIMARY KEY)",
              "INSERT INTO parent SELECT generate_series(1, 100)",
              "CREATE TABLE child (a int REFERENCES parent)",
              "INSERT INTO child SELECT generate_series(1, 100)")
          .close();
      RunningProgram stream = protection.stream();
      protection.operator().answer("backup");
      protection.awaitDurable(stream);
      Path dry = place.resolve("dry");
      Outcome planned =
          protection.operator().run("failover", "--to-dir", dry.toString(), "--dry-run");
      assertThat(planned.status()).as(planned.told()).isEqualTo(3);
      assertThat(steps(planned.json())).contains("primary missed", "plan ok");
      assertThat(planned.json().path("report").isNull()).isTrue();
      assertThat(dry).doesNotExist();

      Path refusing = script("refusing.sh", "echo the pooler is away", "exit 7");
      JsonNode failed =
          over(protection, "--abandon-primary", "--hook", refusing.toString(), "--hook-local");
      assertThat(steps(failed)).contains("primary ok", "proof ok", "hook failed");
      assertThat(failed.at("/hook/status").asInt()).isEqualTo(7);
      assertThat(failed.at("/hook/output/0").asString()).isEqualTo("the pooler is away");
      assertThat(step(failed, "hook").path("what").asString()).contains("MAW622");

      server
          .sql(DATABASE)
          .run("SET session_replication_role TO replica", "UPDATE child SET a = -1 WHERE a = 7")
          .close();
      protection.awaitDurable(stream);
      server.stop();
      first.vanish();
      Outcome streamed = protection.operator().run("failover", "--to-dir", dry.toString());
      assertThat(streamed.errorCode()).as(streamed.told()).isEqualTo("MAW621");
      assertThat(streamed.errorMessage()).contains("a stream of this cluster lives");
      assertThat(dry).doesNotExist();
      stream.kill();
      Path hook = script("never.sh", "touch " + place.resolve("told"));
      JsonNode damaged = over(protection, "--hook", hook.toString(), "--hook-local");
      assertThat(steps(damaged)).contains("proof failed", "hook skipped");
      assertThat(step(damaged, "proof").path("what").asString()).contains("child_a_fkey");
      assertThat(damaged.path("next").toString())
          .contains("must not be used")
          .doesNotContain("--takes-over");
      assertThat(step(damaged, "objectives").path("outcome").asString()).isEqualTo("missed");
      assertThat(place.resolve("told")).doesNotExist();
    }
  }

  /** One that fails at a step and leaves a server that runs, which is ended here. */
  private static JsonNode over(Protection protection, String... more) {
    Path target = RecoveredServer.place(protection.operator()).resolve("data");
    try {
      List<String> command =
          java.util.stream.Stream.concat(
                  java.util.stream.Stream.of("failover", "--to-dir", target.toString()),
                  java.util.stream.Stream.of(more))
              .toList();
      Outcome outcome = protection.operator().run(command.toArray(String[]::new));
      assertThat(outcome.status()).as(outcome.told()).isEqualTo(1);
      assertThat(StartedServer.isRunning(target)).isTrue();
      return outcome.json();
    } finally {
      StartedServer.kill(target);
      FileTrees.delete(target);
    }
  }
}
