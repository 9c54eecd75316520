package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.it.support.Damage;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Vault;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is verified with everything else, or alone: dumps, by their sidecars and to their end. */
class VerifyDumpsIT {
  private LogicalFixture fixture;
  private String dump;
  private Path file;

  @BeforeEach
  void aBackupAndADump() {
    fixture = new LogicalFixture(Vault.directory(HostUser.current()));
    fixture.operator().answer("backup");
    JsonNode dumps = fixture.operator().answer("backup", "--kind", "logical").path("dumps");
    dump = dumps.get(dumps.size() - 1).path("name").asString();
    String key = fixture.keys().stream().filter(k -> k.endsWith(dump)).findFirst().orElseThrow();
    file = fixture.file(key);
  }

  @AfterEach
  void end() {
    fixture.close();
  }

  private static List<String> kinds(Outcome outcome) {
    return outcome.json().path("findings").findValuesAsString("kind");
  }

  private static boolean isWhole(JsonNode answer, String name) {
    for (JsonNode one : answer.path("dumps")) {
      if (one.path("id").asString().equals(name)) {
        return one.path("whole").asBoolean();
      }
    }
    throw new AssertionError("no " + name + " in " + answer);
  }

  @Test
  void eachDumpIsProvenByItsSidecarAndReadToItsEnd() {
    JsonNode whole = fixture.operator().answer("verify", "--all", "--depth", "read");
    assertThat(isWhole(whole, dump)).isTrue();
    assertThat(whole.path("dumps").findValuesAsString("id")).hasSize(fixture.keys().size() / 2);
    assertThat(whole.path("dumpBytes").asLong()).isGreaterThan(file.toFile().length());

    Damage.during(
        file,
        Damage.Kind.FLIPPED,
        () -> {
          assertThat(isWhole(fixture.operator().answer("verify", "--all"), dump)).isTrue();
          Outcome all = fixture.operator().run("verify", "--all", "--depth", "read");
          assertThat(all.status()).as("nothing else reaches it: " + all.told()).isEqualTo(1);
          assertThat(kinds(all)).containsExactly("damaged");
          assertThat(isWhole(all.json(), dump)).isFalse();
          assertThat(all.json().path("lost").toString()).contains(dump);
        });
    // WAL beyond the dump: the backup reaches its moment
    fixture.admin().sql(Shop.NAME).run("CREATE TABLE later ()").close();
    fixture.operator().answer("stream", "--once");
    Damage.during(
        file,
        Damage.Kind.FLIPPED,
        () -> {
          Outcome all = fixture.operator().run("verify", "--all", "--depth", "read");
          assertThat(all.status()).as(all.told()).isEqualTo(3);
          assertThat(all.json().path("lost")).isEmpty();
          Outcome alone = fixture.operator().run("verify", dump, "--depth", "read");
          assertThat(alone.status()).as("judged alone: " + alone.told()).isEqualTo(1);
          assertThat(alone.json().path("dumps")).hasSize(1);
        });
    Damage.during(
        file,
        Damage.Kind.TRUNCATED,
        () -> {
          Outcome listed = fixture.operator().run("verify", "--all");
          assertThat(listed.status()).as(listed.told()).isEqualTo(3);
          assertThat(kinds(listed)).containsExactly("size");
        });
    Damage.during(
        file,
        Damage.Kind.MISSING,
        () -> {
          Outcome listed = fixture.operator().run("verify", dump);
          assertThat(listed.status()).as(listed.told()).isEqualTo(1);
          assertThat(kinds(listed)).containsExactly("missing");
        });
    Path sidecar = file.resolveSibling(file.getFileName() + ".sidecar");
    Damage.during(
        sidecar,
        Damage.Kind.FLIPPED,
        () -> {
          Outcome listed = fixture.operator().run("verify", "--all");
          assertThat(listed.status()).as(listed.told()).isEqualTo(3);
          assertThat(kinds(listed)).containsExactly("damaged");
        });
    Damage.during(
        sidecar,
        Damage.Kind.MISSING,
        () -> {
          Outcome listed = fixture.operator().run("verify", dump);
          assertThat(listed.status()).as(listed.told()).isEqualTo(3);
          assertThat(kinds(listed)).containsExactly("unfinished");
        });
  }
}
