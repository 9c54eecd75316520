package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Logical backups as an operator takes and restores them, in a bucket. */
class LogicalIT {
  private static LogicalFixture fixture;
  private static JsonNode taken;

  @TempDir private Path folder;

  @BeforeAll
  static void takeOne() {
    fixture = new LogicalFixture(Vault.bucket());
    taken = fixture.operator().answer("backup", "--kind", "logical");
  }

  @AfterAll
  static void remove() {
    fixture.close();
  }

  private static String name() {
    return taken.at("/dumps/1/name").asString();
  }

  private static String key() {
    return taken.at("/dumps/1/key").asString();
  }

  /** PostgreSQL's dump of what is there, without the random words in it. */
  private static String plain(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
        .filter(line -> !line.startsWith("SELECT pg_catalog.setval("))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void liesWhereTheContractSaysWithItsSidecar() {
    assertThat(name()).matches("shop_full_[0-9]{8}_[0-9]{6}\\.sql\\.gz\\.enc");
    String day = name().replaceAll("shop_full_([0-9]{8})_.*", "$1");
    assertThat(key()).isEqualTo("backups/full/" + day + "/" + name());
    assertThat(fixture.keys()).contains(key(), key() + ".sidecar");
    JsonNode listed = fixture.operator().answer("list", "--kind", "logical");
    assertThat(listed.at("/logical").findValuesAsString("id")).contains(name());
  }

  @Test
  void opensWithOpensslGunzipAndPgRestoreAlone() {
    String script =
        """
        cd %s
        openssl enc -aes-256-cbc -d -pbkdf2 -in %s -out backup.sql.gz -pass env:BACKUP_ENCRYPTION_KEY
        gunzip backup.sql.gz
        %s/pg_restore --list backup.sql | grep -c 'TABLE DATA app items'
        %s/pg_restore --file=- backup.sql > restored.sql
        cat restored.sql
        """
            .formatted(folder, fixture.file(key()), DebianCluster.BINARIES, DebianCluster.BINARIES);
    String text =
        fixture.bash(
            script,
            Map.of(
                "BACKUP_ENCRYPTION_KEY",
                fixture.vault().environment().get("BACKUP_ENCRYPTION_KEY")));
    assertThat(text.lines().findFirst()).contains("1");
    assertThat(data(text)).isEqualTo(data(Shop.dump(fixture.admin(), Shop.NAME)));
  }

  /** Rows, sorted: comments of the two scripts differ. */
  private static List<String> data(String dump) {
    return plain(dump)
        .lines()
        .filter(line -> !line.isEmpty() && !line.startsWith("--"))
        .filter(line -> !line.equals("1"))
        .sorted()
        .toList();
  }

  @Test
  void theNewestComesIntoAnEmptyDatabase() {
    fixture.database("fresh");
    JsonNode done =
        fixture
            .operator()
            .answer(
                "restore",
                "latest",
                "--database",
                "shop",
                "--to-database",
                fixture.admin().url("fresh"));
    assertThat(Shop.dump(fixture.admin(), "fresh"))
        .isEqualTo(Shop.dump(fixture.admin(), Shop.NAME));
    assertThat(done.at("/authenticated").asBoolean()).isTrue();
    assertThat(done.at("/restored/tables").asInt()).isEqualTo(5);
    Outcome again =
        fixture.operator().run("restore", name(), "--to-database", fixture.admin().url("fresh"));
    assertThat(again.errorCode()).isEqualTo("MAW600");
  }

  private Outcome restore(String source, String database, String... more) {
    List<String> command =
        new ArrayList<>(List.of("restore", source, "--to-database", fixture.admin().url(database)));
    command.addAll(List.of(more));
    return fixture.operator().run(command.toArray(String[]::new));
  }

  private Path copy(String suffix) throws IOException {
    Path to = folder.resolve("any name");
    Files.copy(
        fixture.file(key() + suffix), Path.of(to + suffix), StandardCopyOption.REPLACE_EXISTING);
    return to;
  }

  private void assertIsShop(String database) {
    assertThat(Shop.dump(fixture.admin(), database))
        .isEqualTo(Shop.dump(fixture.admin(), Shop.NAME));
  }

  private static long relations(String database) {
    return fixture.count(database, "SELECT count(*) FROM pg_class WHERE oid >= 16384");
  }

  /** Any name will do; the repository need not be there. */
  @Test
  void aFileOrAnAddressIsThatDump() throws IOException {
    Path file = copy("");
    copy(".sidecar");
    fixture.database("filed");
    Outcome done = restore(file.toString(), "filed");
    assertThat(done.status()).as(done.told()).isZero();
    assertIsShop("filed");
    String bucket = fixture.vault().environment().get("BACKUP_REPOSITORY");
    fixture.database("addressed");
    Outcome from = restore(bucket + "/" + key(), "addressed");
    assertThat(from.status()).as(from.told()).isZero();
    assertIsShop("addressed");
    JsonNode read = fixture.operator().answer("restore", bucket + "/" + key(), "--verify-only");
    assertThat(read.at("/authenticated").asBoolean()).isTrue();
    String listed =
        fixture.bash(
            "openssl enc -aes-256-cbc -d -pbkdf2 -in '%s' -pass env:KEY | gunzip > '%s'; %s/pg_restore --list '%s' | grep -vcE '^(;|$)'"
                .formatted(
                    file, folder.resolve("list"), DebianCluster.BINARIES, folder.resolve("list")),
            Map.of("KEY", fixture.vault().environment().get("BACKUP_ENCRYPTION_KEY")));
    assertThat(read.at("/entries").asString()).isEqualTo(listed.strip());
    assertThat(read.at("/plainBytes").asLong()).isEqualTo(taken.at("/dumps/1/plainBytes").asLong());
  }

  @Test
  void damageAndCutsAreRefusedAndLeaveTheDatabaseEmpty() throws IOException {
    Path file = copy("");
    fixture.database("spared");
    assertThat(restore(file.toString(), "spared").errorCode()).isEqualTo("MAW317");
    copy(".sidecar");
    byte[] whole = Files.readAllBytes(file);
    byte[] changed = whole.clone();
    changed[whole.length / 2] ^= 1;
    Files.write(file, changed);
    assertThat(restore(file.toString(), "spared").errorCode()).isEqualTo("MAW304");
    assertThat(restore(file.toString(), "spared", "--jobs", "2").errorCode()).isEqualTo("MAW304");
    assertThat(fixture.operator().run("restore", file.toString(), "--verify-only").errorCode())
        .isEqualTo("MAW304");
    Files.write(file, Arrays.copyOf(whole, whole.length - 32));
    assertThat(restore(file.toString(), "spared").errorCode()).isEqualTo("MAW304");
    Files.write(file, whole);
    fixture.operator().with("BACKUP_ENCRYPTION_KEY", Vault.newKey());
    try {
      assertThat(restore(file.toString(), "spared").errorCode()).isEqualTo("MAW302");
    } finally {
      fixture.operator().with(fixture.vault().environment());
    }
    assertThat(relations("spared")).isZero();
  }

  /** What others wrote by the same format has no sidecar. */
  @Test
  void aDumpOfOthersIsRestoredWhenThatIsSaid() {
    fixture.database("foreign_made");
    String script =
        "%s/pg_dump -Fc -Z0 -d '%s' | gzip -9 | openssl enc -aes-256-cbc -pbkdf2 -pass env:KEY -out %s"
            .formatted(
                DebianCluster.BINARIES,
                fixture.admin().url(Shop.NAME),
                folder.resolve("x.sql.gz.enc"));
    fixture.bash(script, Map.of("KEY", fixture.vault().environment().get("BACKUP_ENCRYPTION_KEY")));
    Outcome done =
        restore(folder.resolve("x.sql.gz.enc").toString(), "foreign_made", "--unauthenticated");
    assertThat(done.status()).as(done.told()).isEqualTo(3);
    assertIsShop("foreign_made");
  }

  @Test
  void itTakesThePlaceOfADatabaseThatIsKept() {
    fixture.database("replaced");
    Outcome done = restore("latest", "replaced", "--database", "shop", "--replace", "--jobs", "2");
    assertThat(done.status()).as(done.told()).isZero();
    assertIsShop("replaced");
    assertThat(Shop.properties(fixture.admin(), "replaced"))
        .isEqualTo(Shop.properties(fixture.admin(), Shop.NAME));
    assertThat(done.json().at("/database/keptAs").asString()).startsWith("replaced_before_");
    assertThat(fixture.operator().leftovers()).noneMatch(name -> name.contains("scratch"));
  }

  @Test
  void severalJobsFillAnEmptyDatabase() {
    fixture.database("parallel");
    Outcome done = restore(name(), "parallel", "--jobs", "3");
    assertThat(done.status()).as(done.told()).isZero();
    assertThat(done.json().at("/warnings").toString()).contains("--jobs needs a file");
    assertIsShop("parallel");
    assertThat(fixture.operator().leftovers()).noneMatch(name -> name.contains("scratch"));
  }

  @Test
  void everyDatabaseAndAPartOfOne() {
    fixture.database("small");
    JsonNode all = fixture.operator().answer("backup", "--kind", "logical", "--all-databases");
    assertThat(all.at("/dumps").findValuesAsString("database"))
        .contains("shop", "small", "postgres");
    JsonNode part =
        fixture
            .operator()
            .answer("backup", "--kind", "logical", "--table", "app.trap", "--database", "shop");
    assertThat(part.at("/dumps")).hasSize(1);
    String name = part.at("/dumps/0/name").asString();
    fixture.database("part");
    // a role of the filter's schema: the table alone has no CREATE SCHEMA
    fixture.admin().sql("part").run("CREATE SCHEMA app").close();
    Outcome done = restore(name, "part");
    assertThat(done.status()).as(done.told()).isZero();
    assertThat(fixture.count("part", "SELECT count(*) FROM app.trap")).isEqualTo(3);
    // a part is never the newest
    JsonNode newest =
        fixture.operator().answer("restore", "latest", "--database", "shop", "--verify-only");
    assertThat(newest.at("/dump").asString()).doesNotContain(name);
    JsonNode globals = fixture.operator().answer("show", all.at("/dumps/0/name").asString());
    assertThat(globals.at("/content").asString()).isEqualTo("globals");
    Outcome refused = restore(all.at("/dumps/0/name").asString(), "part");
    assertThat(refused.status()).as(refused.told()).isEqualTo(2);
    assertThat(fixture.operator().run("backup", "--kind", "logical", "--table", "nowhere").status())
        .isEqualTo(1);
  }

  @Test
  void whoeverMayNotReadEverythingIsToldBeforehand() {
    List<String> before = fixture.keys();
    fixture.operator().with("DATABASE_URL", fixture.roleUrl());
    try {
      Outcome refused = fixture.operator().run("backup", "--kind", "logical");
      assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW402");
      assertThat(refused.errorMessage()).contains("app.items");
    } finally {
      fixture.operator().with("DATABASE_URL", fixture.admin().url(Shop.NAME));
    }
    assertThat(fixture.keys()).isEqualTo(before);
  }

  /** Client programs of 15 are all there is. */
  @Test
  void olderClientProgramsAreToldBeforehand() {
    try (EmbeddedPostgres newer = EmbeddedPostgres.builder(18).start();
        Vault vault = Vault.directory(HostUser.current());
        Protection protection =
            new Protection(
                newer.login(), "postgres", vault, HostUser.current(), DebianCluster.BINARIES)) {
      protection.initialise("newer");
      Outcome refused = protection.operator().run("backup", "--kind", "logical");
      assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW613");
      assertThat(refused.errorMessage()).contains("18 or newer").contains("found 15.");
      assertThat(vault.objects().resolve("backups")).doesNotExist();
    }
  }
}
