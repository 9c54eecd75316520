package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.RunningProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The command, stopped and killed while it works, and run again. */
class DatabaseKilledIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String WAITING = "FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
  private static final String MARKING = WAITING + " AND query ~ '^COMMENT ON'";

  @Test
  void whatWasKilledIsCleanedUpByTheNextRunAndNobodySeesHalfOfIt() throws IOException {
    try (DatabaseFixture fixture = new DatabaseFixture();
        Program program = fixture.program();
        Sql admin = fixture.admin().sql("postgres")) {
      program.with("SHOP_URL", fixture.admin().url("fresh"));
      admin.run("CREATE DATABASE fresh");
      killedInsideTheTransaction(fixture, program);
      killedBeforeItIsMarked(fixture, program, admin);
      killedBesideTheOldOne(fixture, program, admin);
      stoppedByASignal(fixture, program, admin);
    }
  }

  private static List<String> command(DatabaseFixture fixture, String... more) {
    return Stream.concat(
            Stream.of(
                "restore",
                "--to-database",
                "${SHOP_URL}",
                "--database",
                Shop.NAME,
                "--target-name",
                DatabaseFixture.MOMENT,
                "--temp-dir",
                fixture.temporaryFolder().toString()),
            Stream.of(more))
        .toList();
  }

  private static RunningProgram start(DatabaseFixture fixture, Program program, String... more) {
    return program.start(command(fixture, more).toArray(String[]::new));
  }

  /** An event trigger holds the copy up, so that the kill falls into the middle of it. */
  private static void killedInsideTheTransaction(DatabaseFixture fixture, Program program)
      throws IOException {
    try (Sql inside = fixture.admin().sql("fresh")) {
      inside.run(
          "CREATE FUNCTION hold() RETURNS event_trigger LANGUAGE plpgsql AS"
              + " 'BEGIN PERFORM pg_advisory_xact_lock(42); END'",
          "CREATE EVENT TRIGGER held ON ddl_command_start WHEN TAG IN ('CREATE INDEX')"
              + " EXECUTE FUNCTION hold()",
          "SELECT pg_advisory_lock(42)");
      RunningProgram killed = start(fixture, program);
      awaitTrue(
          killed,
          inside,
          "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
      assertNoSecretIsShown(fixture);
      killed.kill();
      Path scratch = fixture.leftovers().getFirst();
      assertThat(StartedServer.isRunning(scratch.resolve("data"))).isTrue();
      inside.run("SELECT pg_advisory_unlock(42)");
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  inside.number(
                          "SELECT count(*) FROM pg_stat_activity WHERE datname = 'fresh'"
                              + " AND pid <> pg_backend_pid()")
                      == 0);
      assertThat(inside.number("SELECT count(*) FROM pg_class WHERE oid >= 16384")).isZero();
      inside.run("DROP EVENT TRIGGER held", "DROP FUNCTION hold");
      JsonNode answer = program.answer(command(fixture).toArray(String[]::new));
      assertThat(answer.path("restored").path("notes").toString()).contains(scratch.toString());
      assertThat(answer.path("restored").path("rows").asLong()).isEqualTo(5004);
      assertThat(answer.path("database").path("way").asString()).isEqualTo("empty");
      assertThat(StartedServer.isRunning(scratch.resolve("data"))).isFalse();
    }
    assertThat(fixture.leftovers()).isEmpty();
    assertThat(Shop.dump(fixture.admin(), "fresh")).isEqualTo(fixture.wanted());
  }

  /** Neither arguments of our processes hold the password. */
  private static void assertNoSecretIsShown(DatabaseFixture fixture) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(p -> p.getFileName().toString().matches("[0-9]+")).toList()) {
        String arguments;
        try {
          arguments = Files.readString(process.resolve("cmdline"));
        } catch (IOException e) {
          continue; // it has ended
        }
        assertThat(arguments).doesNotContain(fixture.admin().password());
      }
    }
  }

  /** A database is made by one statement and marked by the next one. */
  private static void killedBeforeItIsMarked(DatabaseFixture fixture, Program program, Sql admin) {
    try (Sql locked = fixture.admin().sql("postgres")) {
      locked.run("BEGIN", "LOCK TABLE pg_shdescription IN EXCLUSIVE MODE");
      RunningProgram killed = start(fixture, program, "--replace");
      awaitTrue(killed, admin, "SELECT count(*) > 0 " + MARKING);
      killed.kill();
      admin.run("SELECT pg_terminate_backend(pid) " + MARKING);
      await().atMost(PATIENCE).until(() -> admin.number("SELECT count(*) " + MARKING) == 0);
      locked.run("COMMIT");
    }
    admin.run("CREATE DATABASE fresh_mockupaws_0123abcd"); // somebody's own: it takes connections
    JsonNode answer =
        program.answer(command(fixture, "--replace", "--disconnect").toArray(String[]::new));
    assertThat(answer.path("restored").path("notes").toString()).contains("fresh_mockupaws_");
    assertThat(fixture.databases())
        .filteredOn(name -> name.startsWith("fresh_mockupaws_"))
        .containsExactly("fresh_mockupaws_0123abcd");
    admin.run(
        "DROP DATABASE fresh_mockupaws_0123abcd",
        "DROP DATABASE \"" + answer.path("restored").path("keptAs").asString() + "\"");
  }

  private static void killedBesideTheOldOne(DatabaseFixture fixture, Program program, Sql admin) {
    try (Sql held = fixture.admin().sql("postgres")) {
      copying(fixture, program, admin, held).kill();
      held.run("COMMIT");
    }
    assertThat(fixture.databases()).anyMatch(name -> name.startsWith("fresh_mockupaws_"));
    assertThat(Shop.dump(fixture.admin(), "fresh")).isEqualTo(fixture.wanted());
    JsonNode answer =
        program.answer(command(fixture, "--replace", "--disconnect").toArray(String[]::new));
    assertThat(answer.path("restored").path("notes").toString()).contains("fresh_mockupaws_");
    String kept = answer.path("restored").path("keptAs").asString();
    assertThat(fixture.databases())
        .contains("fresh", kept)
        .noneMatch(name -> name.contains("_mockupaws_"));
    assertThat(Shop.dump(fixture.admin(), "fresh")).isEqualTo(fixture.wanted());
    assertThat(fixture.leftovers()).isEmpty();
  }

  private static void stoppedByASignal(DatabaseFixture fixture, Program program, Sql admin) {
    Outcome outcome;
    try (Sql held = fixture.admin().sql("postgres")) {
      RunningProgram stopped = copying(fixture, program, admin, held);
      stopped.terminate();
      awaitTrue(stopped, admin, "SELECT count(*) > 0 " + WAITING + " AND query ~ '^DROP DATABASE'");
      held.run("COMMIT");
      outcome = stopped.await();
    }
    assertThat(outcome.errorCode()).as(outcome.told()).isEqualTo("MAW610");
    assertThat(fixture.leftovers()).isEmpty();
    assertThat(fixture.databases()).noneMatch(name -> name.contains("_mockupaws_"));
    assertThat(Shop.dump(fixture.admin(), "fresh")).isEqualTo(fixture.wanted());
  }

  /**
   * Returns in the middle of the copy: it waits for the catalogue into which the owner of each
   * relation goes, until what is held is given back. The new database is made with an owner too,
   * and waits before its mark while that lock is taken.
   */
  private static RunningProgram copying(
      DatabaseFixture fixture, Program program, Sql admin, Sql held) {
    RunningProgram running;
    try (Sql locked = fixture.admin().sql("postgres")) {
      locked.run("BEGIN", "LOCK TABLE pg_shdescription IN EXCLUSIVE MODE");
      running = start(fixture, program, "--replace");
      awaitTrue(running, admin, "SELECT count(*) > 0 " + MARKING);
      held.run("BEGIN", "LOCK TABLE pg_shdepend IN EXCLUSIVE MODE");
      locked.run("COMMIT");
    }
    awaitTrue(
        running, admin, "SELECT count(*) > 0 " + WAITING + " AND datname ~ '^fresh_mockupaws_'");
    return running;
  }

  private static void awaitTrue(RunningProgram running, Sql sql, String condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              if (!running.isRunning()) {
                throw new AssertionError(running.await().told());
              }
              return sql.value(condition).equals("t");
            });
  }
}
