package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.cli.TestProgram.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class KeysCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NEW = "AAAAEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";

  @TempDir Path dir;
  private String repository = "";

  @BeforeEach
  void makeRepository() {
    repository = SampleRepository.create(dir.resolve("repository"), "shop");
  }

  private TestProgram program(String key) {
    return new TestProgram()
        .with("BACKUP_REPOSITORY", repository)
        .with("BACKUP_ENCRYPTION_KEY", key);
  }

  private TestProgram rotating() {
    return program(SampleRepository.KEY).with("BACKUP_NEW_ENCRYPTION_KEY", NEW);
  }

  private static String fingerprint(Result rotated, String field) {
    return JSON.readTree(rotated.out()).path(field).stringValue();
  }

  @Test
  void bothKeysOpenUntilTheOldOneIsRetired() {
    Result dry = rotating().run("keys", "rotate", "--dry-run");
    assertThat(dry.status()).isZero();
    assertThat(dry.out()).contains("dry run: nothing was changed");
    assertThat(program(NEW).run("list").err()).contains("MAW302");

    assertThat(rotating().run("keys", "rotate").status()).isZero();
    assertThat(program(NEW).run("list").status()).isZero();
    assertThat(program(SampleRepository.KEY).run("list").status()).isZero();

    assertThat(rotating().run("keys", "rotate", "--retire", "--dry-run").out())
        .contains("removed: keys/");
    assertThat(program(SampleRepository.KEY).run("list").status()).isZero();
    Result retired = rotating().run("keys", "rotate", "--retire", "--output", "json");
    assertThat(JSON.readTree(retired.out()).path("retiredSlots").size()).isEqualTo(1);
    assertThat(JSON.readTree(retired.out()).path("added").booleanValue()).isFalse();
    assertThat(program(SampleRepository.KEY).run("list").err()).contains("MAW302");
    assertThat(program(NEW).run("list").status()).isZero();
  }

  @Test
  void aFormerKeyIsPrintedAloneAndNeverAsJson() {
    Result rotated = rotating().run("keys", "rotate", "--output", "json");
    String former = fingerprint(rotated, "formerFingerprint");
    Result revealed = program(NEW).run("keys", "reveal", former);
    assertThat(revealed.out()).isEqualTo(SampleRepository.KEY + "\n");
    assertThat(revealed.err()).isEmpty();
    Result json = program(NEW).run("keys", "reveal", former, "--output", "json");
    assertThat(json.status()).isEqualTo(2);
    assertThat(json.out()).contains("MAW100").doesNotContain(SampleRepository.KEY);
    assertThat(program(SampleRepository.KEY).run("keys", "reveal", former).status()).isEqualTo(2);
    String inUse = fingerprint(rotated, "fingerprint");
    assertThat(program(NEW).run("keys", "reveal", inUse).status()).isEqualTo(2);
  }

  @Test
  void theListShowsFingerprintsAndNoKey() {
    Result rotated = rotating().run("keys", "rotate", "--output", "json");
    Result list = program(NEW).run("keys", "list", "--output", "json");
    JsonNode json = JSON.readTree(list.out());
    assertThat(json.path("keys").size()).isEqualTo(2);
    assertThat(json.path("former").get(0).path("fingerprint").stringValue())
        .isEqualTo(fingerprint(rotated, "formerFingerprint"));
    String text = program(NEW).run("keys", "list").out() + list.out() + rotated.out();
    assertThat(text).contains("in use").doesNotContain(NEW).doesNotContain(SampleRepository.KEY);
  }

  @Test
  void theNewKeyComesByTheEnvironmentAlone() throws Exception {
    Result missing = program(SampleRepository.KEY).run("keys", "rotate");
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err()).contains("BACKUP_NEW_ENCRYPTION_KEY: not set");
    Path file = Files.writeString(dir.resolve("key"), NEW + "\n");
    assertThat(
            program(SampleRepository.KEY)
                .with("BACKUP_NEW_ENCRYPTION_KEY_FILE", file.toString())
                .run("keys", "rotate")
                .status())
        .isZero();
    assertThat(
            program(SampleRepository.KEY)
                .with("BACKUP_NEW_ENCRYPTION_KEY_COMMAND", "echo " + NEW)
                .run("keys", "rotate", "--output", "json")
                .out())
        .contains("\"added\" : false");
    Result same = program(NEW).with("BACKUP_NEW_ENCRYPTION_KEY", NEW).run("keys", "rotate");
    assertThat(same.status()).isEqualTo(2);
    assertThat(program(NEW).run("keys").status()).isEqualTo(2);
  }
}
