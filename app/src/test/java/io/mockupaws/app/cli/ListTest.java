package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.config.Need;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.objective.Measurement;
import io.mockupaws.engine.objective.Measurements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where backups lie, and whether a server ever came up from them. */
class ListTest {
  @TempDir private Path dir;

  private TestProgram program() throws IOException {
    SampleRepository.create(dir.resolve("a"), "shop");
    try (Stream<Path> files = Files.walk(dir.resolve("a"))) {
      for (Path file : files.toList()) {
        Path copy = dir.resolve("b").resolve(dir.resolve("a").relativize(file).toString());
        if (!file.toString().contains("backups/" + SampleRepository.SECOND)) {
          Files.copy(file, copy);
        }
      }
    }
    Path yaml = dir.resolve("mockupaws.yaml");
    Files.writeString(
        yaml,
        "repository: { stores: [ 'file://%s', 'file://%s' ] }\n"
            .formatted(dir.resolve("a"), dir.resolve("b")));
    return new TestProgram()
        .with("MOCKUPAWS_CONFIG", yaml.toString())
        .with("BACKUP_ENCRYPTION_KEY", SampleRepository.KEY);
  }

  private static void measure(Session session, String backup, Instant at) {
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      Measurement measured =
          new Measurement(
              at,
              "db1",
              new BackupId(backup),
              1,
              1,
              Duration.ZERO,
              1,
              Duration.ZERO,
              Duration.ZERO);
      new Measurements(open.cluster()).keep(measured, new SecureRandom());
    }
  }

  @Test
  void eachIsSaidToLieWhereItIsAndToBeProvenByTheNewestRecovery() throws IOException {
    TestProgram program = program();
    Instant proof = TestProgram.NOW.minusSeconds(600);
    measure(program.session(), SampleRepository.FIRST, proof.minusSeconds(3600));
    measure(program.session(), SampleRepository.FIRST, proof);
    JsonNode answer = JsonMapper.shared().readTree(program.run("list", "--output", "json").out());
    assertThat(answer.path("stores").asInt()).isEqualTo(2);
    JsonNode first = answer.at("/backups/0");
    JsonNode second = answer.at("/backups/1");
    assertThat(List.of(first.path("id").asString(), second.path("id").asString()))
        .containsExactly(SampleRepository.FIRST, SampleRepository.SECOND);
    assertThat(first.path("stores")).hasSize(2);
    assertThat(second.path("stores")).hasSize(1);
    assertThat(second.at("/stores/0").asString()).isEqualTo("file://" + dir.resolve("a"));
    assertThat(first.path("provenAt").asString()).isEqualTo(proof.toString());
    assertThat(second.path("provenAt").isNull()).isTrue();
    assertThat(first.path("tier").isNull()).as("a directory has none").isTrue();
    assertThat(program.columns(120).run("list").out())
        .containsPattern(SampleRepository.FIRST + ".* 10 min old +all\n")
        .containsPattern(SampleRepository.SECOND + ".* no +1 of 2\n");
  }
}
