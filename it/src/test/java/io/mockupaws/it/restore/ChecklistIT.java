package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.it.support.Damage;
import io.mockupaws.it.support.HookReceiver;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.SmallDisk;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is looked at before a restore: what fails stops it while there is still something to lose.
 */
class ChecklistIT {
  private static LogicalFixture fixture;
  private static String dump;

  @TempDir private Path folder;

  @BeforeAll
  static void begin() {
    fixture = new LogicalFixture(Vault.directory(HostUser.current()));
    run(
        Shop.NAME,
        "CREATE TABLE bulk AS SELECT i, repeat(md5(i::text), 30) AS t"
            + " FROM generate_series(1, 80000) AS i",
        "CREATE INDEX ON bulk (t, i)");
    Outcome backup = fixture.operator().run("backup");
    assertThat(backup.status()).as(backup.told()).isZero();
    JsonNode taken = fixture.operator().answer("backup", "--kind", "logical");
    JsonNode dumps = taken.path("dumps");
    dump = dumps.get(dumps.size() - 1).path("name").asString();
  }

  @AfterAll
  static void end() {
    fixture.close();
  }

  private static void run(String database, String... statements) {
    fixture.admin().sql(database).run(statements).close();
  }

  private static void precious(String name) {
    fixture.database(name);
    run(name, "CREATE TABLE precious AS SELECT 42 AS it", "ANALYZE precious");
  }

  private static List<String> outcomes(JsonNode answer) {
    List<String> items = new ArrayList<>();
    answer
        .path("checklist")
        .forEach(
            item ->
                items.add(item.path("item").asString() + " " + item.path("outcome").asString()));
    return items;
  }

  private static String what(JsonNode answer, String item) {
    for (JsonNode checked : answer.path("checklist")) {
      if (checked.path("item").asString().equals(item)) {
        return checked.path("what").asString();
      }
    }
    throw new AssertionError("no " + item + " in " + answer);
  }

  @Test
  void theTeamIsToldAndWhatWasThereIsOnRecord() throws IOException {
    precious("ledger");
    // when the notice comes the database is still the old one
    try (HookReceiver receiver =
        new HookReceiver(body -> fixture.count("ledger", "SELECT it FROM precious") + body)) {
      fixture.operator().with("BACKUP_NOTICE_WEBHOOK", receiver.address());
      JsonNode answer =
          fixture.operator().answer("restore", dump, "--to-database", url("ledger"), "--replace");
      assertThat(outcomes(answer))
          .containsExactly("target ok", "space ok", "backup ok", "state ok", "notice ok");
      assertThat(receiver.heard()).singleElement().asString().startsWith("42").contains("restore");
      Path record = Path.of(what(answer, "state").replace("recorded in ", ""));
      assertThat(record.getParent()).isEqualTo(fixture.operator().home().resolve("logs"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(record)))
          .isEqualTo("rw-------");
      JsonNode state = JsonMapper.shared().readTree(Files.readString(record)).path("state");
      assertThat(state.path("database").asString()).isEqualTo("ledger");
      assertThat(state.path("bytes").asLong()).isPositive();
      assertThat(state.at("/relations/0/name").asString()).isEqualTo("public.precious");
      assertThat(state.at("/relations/0/estimatedRows").asLong()).isEqualTo(1);
      assertThat(fixture.count("ledger", "SELECT count(*) FROM bulk")).isEqualTo(80000);

      JsonNode dry =
          fixture
              .operator()
              .answer("restore", dump, "--to-database", url("ledger"), "--replace", "--dry-run");
      assertThat(outcomes(dry)).containsExactly("target ok", "space ok", "backup ok");
      assertThat(receiver.heard()).as("a dry run tells nobody").hasSize(1);
    }
  }

  @Test
  void whatIsNotWholeIsFoundBeforeAnythingIsTouched() {
    precious("kept");
    String key = fixture.keys().stream().filter(k -> k.endsWith(dump)).findFirst().orElseThrow();
    Damage.during(
        fixture.file(key),
        Damage.Kind.FLIPPED,
        () -> {
          Outcome refused =
              restore(dump, "--to-database", url("kept"), "--disposable", "--verify-first");
          // so small a dump is one piece, which the plan reads for its list
          assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW304");
        });
    assertThat(fixture.count("kept", "SELECT it FROM precious")).isEqualTo(42);
    Path target = folder.resolve("pg");
    Damage.during(
        largestPack(),
        Damage.Kind.FLIPPED,
        () -> {
          Outcome refused = restore("--to-dir", target.toString(), "--verify-first");
          assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW620");
          assertThat(refused.errorMessage()).contains("backup:");
        });
    assertThat(target).doesNotExist();
    Outcome whole = restore("--to-dir", target.toString(), "--verify-first");
    assertThat(whole.status()).as(whole.told()).isZero();
    assertThat(what(whole.json(), "backup")).contains("were read and are right");
  }

  @Test
  void lessThanTwiceTheRoomStopsItUnlessThatIsSaid() throws IOException {
    JsonNode plan =
        fixture
            .operator()
            .answer("restore", "--to-dir", folder.resolve("x").toString(), "--dry-run");
    long megabytes = plan.path("neededBytes").asLong() / (1024 * 1024) + 12;
    try (SmallDisk disk = SmallDisk.mount((int) megabytes, HostUser.current())) {
      Path target = disk.path().resolve("pg");
      Outcome dry = restore("--to-dir", target.toString(), "--dry-run");
      assertThat(dry.status()).as(dry.told()).isEqualTo(3);
      assertThat(outcomes(dry.json())).contains("space failed");
      Outcome refused = restore("--to-dir", target.toString());
      assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW620");
      assertThat(refused.errorMessage()).contains("less than twice");
      try (Stream<Path> left = Files.list(disk.path())) {
        assertThat(left).isEmpty();
      }
      Outcome done = restore("--to-dir", target.toString(), "--skip", "space");
      assertThat(done.status()).as(done.told()).isZero();
      assertThat(outcomes(done.json())).contains("space skipped");
    }
  }

  /** What comes takes indexes too, of which a dump has none. */
  @Test
  void roomIsAskedForAllOfTheDatabase() throws IOException {
    String key = fixture.keys().stream().filter(k -> k.endsWith(dump)).findFirst().orElseThrow();
    String sidecar = Files.readAllLines(fixture.file(key + ".sidecar")).getFirst();
    assertThat(JsonMapper.shared().readTree(sidecar).path("databaseBytes").asLong())
        .isGreaterThan(fixture.count(Shop.NAME, "SELECT pg_total_relation_size('bulk')"));
    fixture.database("physical");
    JsonNode dry =
        fixture
            .operator()
            .answer(
                "restore",
                "--to-database",
                url("physical"),
                "--database",
                Shop.NAME,
                "--target-time",
                "now",
                "--dry-run");
    assertThat(outcomes(dry)).contains("space ok");
    assertThat(what(dry, "space")).contains("at most", "all of the cluster");
  }

  @Test
  void theTargetIsNoItemToSkip() {
    Outcome refused = restore("--to-dir", folder.toString(), "--skip", "target");
    assertThat(refused.status()).as(refused.told()).isEqualTo(2);
    assertThat(refused.told()).contains("space, backup, state, notice");
  }

  private static Path largestPack() {
    try (Stream<Path> files = Files.walk(fixture.vault().objects())) {
      return files
          .filter(path -> path.toString().contains("/packs/") && Files.isRegularFile(path))
          .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String url(String database) {
    return fixture.admin().url(database);
  }

  private static Outcome restore(String... arguments) {
    List<String> command = new ArrayList<>(List.of("restore"));
    command.addAll(List.of(arguments));
    return fixture.operator().run(command.toArray(String[]::new));
  }
}
