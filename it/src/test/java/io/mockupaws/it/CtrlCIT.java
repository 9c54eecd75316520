package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.Listing;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Tree;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Ctrl-C in the middle of the work leaves things tidy. A limit holds the real program in the phase
 * that is wanted: at that rate none of the work would end within a test's patience.
 */
class CtrlCIT {
  private static final HostUser OPERATOR = HostUser.named("nobody").orElseThrow();

  private static EmbeddedPostgres server;
  private static Vault vault;
  private static Protection protection;
  private static Program operator;

  @BeforeAll
  static void protect() {
    server = EmbeddedPostgres.builder(16).setting("wal_level", "replica").start();
    vault = Vault.directory(OPERATOR);
    protection =
        new Protection(server.login(), "postgres", vault, OPERATOR, server.binaries().folder());
    operator = protection.operator();
    protection.initialise("prod");
    operator.answer("backup");
  }

  @AfterAll
  static void end() {
    protection.close();
    vault.close();
    server.close();
  }

  private static RunningProgram startedUpTo(String phase, String... arguments) {
    RunningProgram program = operator.start(arguments);
    await(phase)
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !program.isRunning() || program.messages().contains(phase));
    assertThat(program.isRunning()).as(program.messages()).isTrue();
    return program;
  }

  private static long sessions() {
    try (Sql sql = server.sql("postgres")) {
      return sql.number(
          "SELECT count(*) FROM pg_stat_activity"
              + " WHERE application_name IN ('mockupaws', 'mockupaws_prod')");
    }
  }

  private static void assertInterrupted(Outcome outcome, String code) {
    assertThat(outcome.status()).as(outcome.told()).isEqualTo(1);
    assertThat(outcome.errorCode()).isEqualTo(code);
    assertThat(outcome.err()).contains("Ctrl-C again ends it at once");
  }

  @Test
  void aBackupLeavesNoPackNoLeaseAndNoBackupMode() {
    Listing before = vault.listing();
    for (String[] limit : new String[][] {{"--max-rate", "1KiB"}, {"--max-read-rate", "1KiB"}}) {
      RunningProgram backup =
          startedUpTo("reading files", "backup", "--kind", "full", limit[0], limit[1]);
      assertInterrupted(backup.interrupt(), "MAW500");
      Listing after = vault.listing();
      assertThat(after.paths("/packs/")).isEqualTo(before.paths("/packs/"));
      assertThat(after.paths("/backups/")).isEqualTo(before.paths("/backups/"));
      await().atMost(Duration.ofSeconds(30)).until(() -> sessions() == 0);
    }
    assertThat(operator.run("backup", "--kind", "full").status()).as("again, at once").isZero();
  }

  @Test
  void aRestoreLeavesWhatCannotBeStartedAndSaysSo() {
    Path target = operator.home().resolve("broken");
    try {
      RunningProgram restore =
          startedUpTo("writing", "restore", "--to-dir", target.toString(), "--max-rate", "1KiB");
      Outcome outcome = restore.interrupt();
      assertInterrupted(outcome, "MAW610");
      assertThat(target.resolve("global/pg_control")).doesNotExist();
      assertThat(target.resolve("mockupaws.unfinished")).exists();
      assertThat(outcome.errorMessage() + outcome.err()).contains("remove the target directory");
    } finally {
      FileTrees.delete(target);
    }
  }

  @Test
  void aVerificationChangesNothing() {
    Listing before = vault.listing();
    RunningProgram verify =
        startedUpTo("reading", "verify", "--depth", "read", "--max-rate", "50KiB");
    Outcome other = operator.run("verify", "--all", "--depth", "read");
    assertThat(other.status()).as("another one beside it: " + other.told()).isZero();
    assertInterrupted(verify.interrupt(), "MAW508");
    assertThat(before.differencesOf(vault.listing())).isEmpty();
  }

  /** The kernel gives no warning; the next one goes on, and believes nothing of another object. */
  @Test
  void aVerificationThatWasKilledIsGoneOnWith() throws IOException {
    operator.with("BACKUP_SPOOL_DIR", operator.home().resolve("state").toString());
    String[] slowly = {"verify", "--depth", "read", "--jobs", "1", "--max-rate", "256KiB"};
    Listing before = vault.listing();
    List<Path> read = killed(slowly);
    assertThat(before.differencesOf(vault.listing())).isEmpty();

    JsonNode resumed = operator.answer("verify", "--depth", "read");
    assertThat(resumed.path("takenOver").path("packs").asInt()).isEqualTo(read.size());
    assertThat(resumed.path("takenOver").path("since").asString()).isNotEmpty();
    assertThat(resumed.path("packs").asInt()).isGreaterThan(read.size());
    assertThat(kept()).as("it came to its end").isEmpty();
    JsonNode again = operator.answer("verify", "--depth", "read");
    assertThat(again.path("takenOver").path("packs").asInt()).isZero();

    killed(slowly);
    JsonNode all = operator.answer("verify", "--depth", "read", "--no-resume");
    assertThat(all.path("takenOver").path("packs").asInt()).isZero();

    String number = killed(slowly).getFirst().getFileName().toString();
    Path pack = pack(Integer.parseInt(number));
    byte[] whole = Files.readAllBytes(pack);
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(pack, damaged);
    try {
      Outcome outcome = operator.run("verify", "--depth", "read");
      assertThat(outcome.status()).as(outcome.told()).isEqualTo(1);
      assertThat(outcome.json().path("findings").findValuesAsString("object"))
          .anyMatch(object -> object.endsWith(pack.getFileName().toString()));
    } finally {
      Files.write(pack, whole);
    }
  }

  /** Kills it once it has read a pack; the packs that it has noted as read. */
  private static List<Path> killed(String... command) {
    RunningProgram verify = operator.start(command);
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !verify.isRunning() || !kept().isEmpty());
    assertThat(verify.isRunning()).as(verify.messages()).isTrue();
    verify.kill();
    return kept();
  }

  /** Beside what is kept lie files on their way, which vanish under whoever looks at them. */
  private static List<Path> kept() {
    return Tree.files(operator.home().resolve("state")).stream()
        .filter(file -> file.toString().contains("/packs/"))
        .toList();
  }

  /** A pack of the newest backup. */
  private static Path pack(int number) throws IOException {
    String newest = operator.answer("show", "latest").path("id").asString();
    Path folder = vault.objects().resolve("clusters/prod/packs").resolve(newest);
    return folder.resolve("%06d".formatted(number));
  }
}
