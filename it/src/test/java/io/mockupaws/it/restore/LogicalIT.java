package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Vault;
import java.nio.file.Path;
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
}
