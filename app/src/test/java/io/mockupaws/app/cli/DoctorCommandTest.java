package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code doctor} where there is no server: everything else is told all the same. */
class DoctorCommandTest {
  @TempDir private Path directory;
  private final TestProgram program = new TestProgram();

  @BeforeEach
  void aHost() {
    program
        .with("HOME", directory.toString())
        .with("BACKUP_SPOOL_DIR", directory.resolve("spool").toString());
  }

  @Test
  void withNothingSetEachCheckIsToldAndSaysWhy() {
    TestProgram.Result result = program.run("doctor", "--output", "json");

    assertThat(result.status()).isEqualTo(1);
    JsonNode answer = JsonMapper.shared().readTree(result.out());
    assertThat(state(answer, "store.reach")).isEqualTo("failed");
    assertThat(state(answer, "server.connect")).isEqualTo("failed");
    assertThat(find(answer, "server.connect").path("next").asString()).contains("DATABASE_URL");
    assertThat(state(answer, "server.slot")).isEqualTo("unknown");
    assertThat(state(answer, "repository.key")).isEqualTo("unknown");
    assertThat(state(answer, "spool.write")).isEqualTo("ok");
    assertThat(state(answer, "rpo.kept")).isEqualTo("unknown");
    answer.path("checks").forEach(check -> assertThat(check.path("what").asString()).isNotEmpty());
  }

  @Test
  void withoutAServerTheRepositoryIsTold() {
    protect("db-that-is-not-there.invalid");

    JsonNode answer = JsonMapper.shared().readTree(program.run("doctor", "--output", "json").out());

    assertThat(state(answer, "store.multipart")).isEqualTo("ok");
    assertThat(state(answer, "store.delete")).isEqualTo("ok");
    assertThat(state(answer, "repository.key")).isEqualTo("ok");
    assertThat(state(answer, "repository.cluster")).isEqualTo("ok");
    assertThat(find(answer, "server.connect").path("code").asString()).isEqualTo("MAW400");
  }

  @Test
  void aZoneThatIsNotUtcIsAWarning() {
    JsonNode answer =
        JsonMapper.shared()
            .readTree(program.zone("Europe/Berlin").run("doctor", "--output", "json").out());

    assertThat(state(answer, "host.zone")).isEqualTo("warning");
    assertThat(find(answer, "host.zone").path("what").asString()).contains("Europe/Berlin");
  }

  @Test
  void aMistakeInTheConfigurationIsOneCheckOfMany() {
    protect("localhost");
    program.with("BACKUP_RETENTION_DAYS", "soon");

    JsonNode answer = JsonMapper.shared().readTree(program.run("doctor", "--output", "json").out());

    assertThat(state(answer, "configuration")).isEqualTo("failed");
    assertThat(state(answer, "repository.key")).isEqualTo("ok");
  }

  @Test
  void forARestoreNeitherServerNorTargetMustBeSet() {
    protect("localhost");

    TestProgram.Result result =
        program.run("doctor", "--for", "restore", "--output", "json", "--to-dir", "/proc/nowhere");

    JsonNode answer = JsonMapper.shared().readTree(result.out());
    assertThat(Optional.ofNullable(answer.get("checks")).map(JsonNode::size).orElse(0))
        .isGreaterThan(10);
    assertThat(answer.toString()).doesNotContain("server.connect", "store.create");
    assertThat(state(answer, "repository.backup")).isEqualTo("failed");
  }

  @Test
  void aTargetWithoutARestoreIsWrongUse() {
    assertThat(program.run("doctor", "--to-dir", "/x").status()).isEqualTo(2);
  }

  @Test
  void textFitsANarrowTerminal() {
    TestProgram.Result result = program.columns(40).run("doctor");

    assertThat(result.out()).contains("FAILED").contains("cannot be told");
    assertThat(result.out().lines().filter(line -> !line.contains("/")).mapToInt(String::length))
        .allMatch(length -> length <= 40);
  }

  private void protect(String host) {
    String address = SampleRepository.create(directory.resolve("repository"), "prod");
    program
        .with("BACKUP_REPOSITORY", address)
        .with("BACKUP_ENCRYPTION_KEY", SampleRepository.KEY)
        .with("DATABASE_URL", "postgresql://backup:secret@" + host + ":1/shop");
  }

  private static String state(JsonNode answer, String id) {
    return find(answer, id).path("state").asString();
  }

  private static JsonNode find(JsonNode answer, String id) {
    for (JsonNode check : answer.path("checks")) {
      if (check.path("id").asString().equals(id)) {
        return check;
      }
    }
    throw new AssertionError("no check " + id + " in " + answer);
  }
}
