package io.mockupaws.it.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The configuration of a cluster of Debian's, which lies in three places of the host. */
class ConfigurationIT {
  private static DebianCluster cluster;
  private static Path elsewhere;
  private static Vault vault;
  private static Protection protection;

  @TempDir Path folder;

  @BeforeAll
  static void make() throws IOException {
    cluster = DebianCluster.create();
    elsewhere = Files.createTempDirectory("mockupaws-elsewhere-");
    HostCommand.run("chmod", "755", elsewhere.toString());
    Files.writeString(elsewhere.resolve("common.conf"), "work_mem = '5MB' # gr\u00fc\u00dfe\n");
    cluster.configure(
        "include '" + elsewhere.resolve("common.conf") + "'",
        "include_if_exists 'nothing.conf'",
        "primary_conninfo = 'host=a password=very-hidden'");
    cluster.run("ALTER SYSTEM SET maintenance_work_mem = '33MB'");
    cluster.run(GlobalsIT.MADE.toArray(String[]::new));
    HostUser nobody = HostUser.named("nobody").orElseThrow();
    vault = Vault.bucket();
    protection = new Protection(cluster.login(), "postgres", vault, nobody, DebianCluster.BINARIES);
    protection.initialise("prod");
  }

  @AfterAll
  static void remove() {
    protection.close();
    vault.close();
    cluster.close();
    FileTrees.delete(elsewhere);
  }

  /** Whoever reads files directly: root. */
  private Program root;

  @BeforeEach
  void asRoot() {
    root =
        Program.as(HostUser.current(), DebianCluster.BINARIES)
            .with(vault.environment())
            .with("DATABASE_URL", cluster.login().url("postgres"));
    assertThat(root.run("backup", "--kind", "config").status()).isZero();
  }

  private static Path etc(String name) {
    return cluster.configurationDirectory().resolve(name);
  }

  private static List<Path> files() {
    return List.of(
        etc("postgresql.conf"),
        etc("pg_hba.conf"),
        etc("pg_ident.conf"),
        etc("conf.d/it.conf"),
        etc("environment"),
        etc("pg_ctl.conf"),
        etc("start.conf"),
        elsewhere.resolve("common.conf"),
        cluster.dataDirectory().resolve("postgresql.auto.conf"));
  }

  @Test
  void everyFileComesBackByteByByteReadDirectlyAndOverSql() throws IOException {
    JsonNode direct = root.answer("show", latest());
    assertThat(direct.at("/readMode").asString()).isEqualTo("direct");
    root.answer("config", "restore", "--to-dir", folder.resolve("direct").toString());
    demandFiles(folder.resolve("direct"));
    Path secret = folder.resolve("direct/globals.sql");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");

    // the role that init makes, as a user who may read nothing of it
    JsonNode sql = protection.operator().answer("backup", "--kind", "config");
    assertThat(sql.at("/readMode").asString()).isEqualTo("sql");
    assertThat(sql.at("/passwords").asBoolean()).isFalse();
    assertThat(sql.at("/warnings/0").asString()).contains("GRANT SELECT ON pg_catalog.pg_authid");
    root.answer("config", "restore", "--to-dir", folder.resolve("sql").toString());
    demandFiles(folder.resolve("sql"));
    assertThat(Files.readString(folder.resolve("sql/globals.sql"))).doesNotContain("SCRAM");
  }

  private static void demandFiles(Path restored) throws IOException {
    for (Path file : files()) {
      assertThat(restored.resolve(file.toString().substring(1)))
          .as(file.toString())
          .hasBinaryContent(Files.readAllBytes(file));
    }
  }

  private String latest() {
    return root.answer("list", "--kind", "config")
        .at("/configurations")
        .valueStream()
        .map(one -> one.at("/id").asString())
        .max(String::compareTo)
        .orElseThrow();
  }

  /** PostgreSQL's own program is the judge. */
  @Test
  void rolesAreWhatPgDumpallSaysOfThem() {
    root.answer("config", "restore", "--to-dir", folder.resolve("r").toString());
    try (DebianCluster other = DebianCluster.create()) {
      GlobalsIT.psql(other.login().url("postgres"), folder.resolve("r/globals.sql"));
      assertThat(globals(other)).isEqualTo(globals(cluster));
    }
  }

  private static List<String> globals(DebianCluster of) {
    return HostCommand.run(
            DebianCluster.BINARIES.resolve("pg_dumpall").toString(),
            "--globals-only",
            "-d",
            of.login().url("postgres"))
        .lines()
        .filter(line -> !line.startsWith("\\"))
        .collect(Collectors.toList());
  }

  @Test
  void whatHasNotChangedIsNotStoredAgainAndWhatHasIsShownWithoutSecrets() {
    String before = latest();
    JsonNode again = root.answer("backup", "--kind", "config");
    assertThat(again.at("/stored").asBoolean()).isFalse();
    assertThat(again.at("/version").asString()).isEqualTo(before);
    assertThat(root.text("backup", "--kind", "config").out()).contains("nothing has changed since");
    assertThat(root.answer("config", "diff").at("/differs").asBoolean()).isFalse();

    cluster.run(
        "ALTER SYSTEM SET log_connections = on", "ALTER ROLE clerk PASSWORD 'another, hidden'");
    Outcome shown = root.text("config", "diff");
    assertThat(shown.status()).isZero();
    assertThat(shown.out())
        .contains("+log_connections = 'on'", "-ALTER ROLE clerk", "+ALTER ROLE clerk")
        .doesNotContain("SCRAM", "hidden");
    List<String> secrets =
        Pattern.compile("[-+]ALTER ROLE clerk .* PASSWORD (<secret [0-9]+>)")
            .matcher(shown.out())
            .results()
            .map(found -> found.group(1))
            .distinct()
            .toList();
    assertThat(secrets).as("it changed").hasSize(2);
    JsonNode next = root.answer("backup", "--kind", "config");
    assertThat(next.at("/stored").asBoolean()).isTrue();
    JsonNode two = root.answer("config", "diff", before, "latest");
    assertThat(two.at("/files").findValuesAsString("name"))
        .containsExactly(
            cluster.dataDirectory().resolve("postgresql.auto.conf").toString(), "globals.sql");
  }

  @Test
  void itComesBackInPlaceAndNothingIsLost() throws IOException {
    Path settings = etc("conf.d/it.conf");
    Path added = etc("conf.d/later.conf");
    String good = Files.readString(settings);
    String version = latest();
    Files.writeString(settings, good + "work_mem = '77MB'\n");
    Files.writeString(added, "max_connections = 33\n");
    HostCommand.run("chown", "postgres:postgres", added.toString());
    String[] restore = {"config", "restore", version, "--in-place"};

    Outcome refused = root.run(restore);
    assertThat(refused.errorCode()).isEqualTo("MAW619");
    assertThat(refused.errorMessage()).contains(settings.toString(), added.toString());
    assertThat(settings).hasContent(good + "work_mem = '77MB'\n");

    JsonNode plan = root.answer("config", "restore", version, "--in-place", "--force", "--dry-run");
    assertThat(plan.at("/files").findValuesAsString("state")).contains("same", "replaced", "aside");
    assertThat(added).exists();

    JsonNode done = root.answer("config", "restore", version, "--in-place", "--force");
    assertThat(settings).content().isEqualTo(good);
    assertThat(added).doesNotExist();
    assertThat(kept(done, settings)).content().isEqualTo(good + "work_mem = '77MB'\n");
    assertThat(kept(done, added)).content().isEqualTo("max_connections = 33\n");
    assertThat(Files.getOwner(settings)).isEqualTo(Files.getOwner(kept(done, settings)));
    cluster.restart();
    try (Sql sql = cluster.login().sql("postgres")) {
      assertThat(sql.value("SHOW work_mem")).isEqualTo("5MB");
      assertThat(sql.value("SHOW max_connections")).isNotEqualTo("33");
    }
    // what a version has can be replaced without a word
    Files.writeString(settings, good + "# kept\n");
    root.answer("backup", "--kind", "config");
    assertThat(root.run(restore).status()).isZero();
    assertThat(settings).content().isEqualTo(good);
  }

  private static Path kept(JsonNode done, Path file) {
    return done.at("/files")
        .valueStream()
        .filter(step -> step.at("/path").asString().equals(file.toString()))
        .map(step -> Path.of(step.at("/keptAs").asString()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void gitHasEverythingButSecrets() throws IOException {
    Path tree = folder.resolve("tree");
    HostCommand.run("git", "init", "--quiet", tree.toString());
    JsonNode taken = root.answer("backup", "--kind", "config", "--git", tree.toString());
    assertThat(taken.at("/git/commit").asString()).hasSize(40);
    String log = HostCommand.run("git", "-C", tree.toString(), "log", "-p");
    assertThat(log).contains("+work_mem = '5MB'", "CREATE ROLE clerk", "PASSWORD <secret>");
    assertThat(log).doesNotContain("SCRAM", "very-hidden");
    JsonNode again = root.answer("backup", "--kind", "config", "--git", tree.toString());
    assertThat(again.at("/git/commit").isNull()).isTrue();

    Path mine = tree.resolve("prod" + etc("pg_hba.conf"));
    Files.writeString(mine, "# mine\n");
    Outcome refused = root.run("backup", "--kind", "config", "--git", tree.toString());
    assertThat(refused.errorCode()).isEqualTo("MAW902");
    assertThat(mine).hasContent("# mine");
    Outcome none = root.run("backup", "--kind", "config", "--git", folder.toString());
    assertThat(none.errorCode()).isEqualTo("MAW902");
  }

  @Test
  void aRightThatIsMissingIsNamedAndTheStatusIsThree() {
    cluster.run("REVOKE pg_read_server_files FROM " + Protection.ROLE);
    try {
      Outcome taken = protection.operator().run("backup", "--kind", "config");
      assertThat(taken.status()).as(taken.told()).isEqualTo(3);
      assertThat(taken.json().at("/lacking").findValuesAsString("path"))
          .contains(etc("postgresql.conf").toString(), etc("pg_hba.conf").toString());
      assertThat(taken.json().at("/lacking/0/why").asString())
          .contains("GRANT pg_read_server_files");
      assertThat(taken.json().at("/files").findValuesAsString("path"))
          .contains(cluster.dataDirectory().resolve("postgresql.auto.conf").toString());
      JsonNode diff = root.answer("config", "diff");
      assertThat(diff.at("/files").findValuesAsString("change")).contains("unknown");
      assertThat(diff.at("/files").findValuesAsString("change")).doesNotContain("removed");
    } finally {
      cluster.run("GRANT pg_read_server_files TO " + Protection.ROLE);
    }
  }
}
