package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Dumps in the place of what is there: nothing is lost that somebody did not give up by name. */
class LogicalReplaceIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static LogicalFixture fixture;

  @TempDir private Path folder;

  @BeforeAll
  static void begin() {
    fixture = new LogicalFixture(Vault.directory(HostUser.current()));
  }

  @AfterAll
  static void end() {
    fixture.close();
  }

  /** A database with a table of one row that nobody else has. */
  private static void precious(String name) {
    fixture.database(name);
    run(name, "CREATE TABLE precious AS SELECT 42 AS it");
  }

  private static void run(String database, String... statements) {
    fixture.admin().sql(database).run(statements).close();
  }

  private static void assertIsPrecious(String database) {
    assertThat(fixture.count(database, "SELECT it FROM precious")).isEqualTo(42);
    assertThat(databases()).noneMatch(name -> name.contains("_mockupaws_"));
  }

  private static List<String> databases() {
    try (Sql sql = fixture.admin().sql("postgres")) {
      return sql.column("SELECT datname FROM pg_database");
    }
  }

  private static JsonNode backup(String... more) {
    List<String> command = new ArrayList<>(List.of("backup", "--kind", "logical"));
    command.addAll(List.of(more));
    return fixture.operator().answer(command.toArray(String[]::new));
  }

  private static String name(JsonNode taken) {
    return taken.at("/dumps").get(taken.at("/dumps").size() - 1).at("/name").asString();
  }

  private static List<String> command(String dump, String database, String... more) {
    List<String> command =
        new ArrayList<>(List.of("restore", dump, "--to-database", fixture.admin().url(database)));
    command.addAll(List.of(more));
    return command;
  }

  private static Outcome restore(String dump, String database, String... more) {
    return fixture.operator().run(command(dump, database, more).toArray(String[]::new));
  }

  /** What the server lacks is found while there is still something to lose. */
  @Test
  void nothingIsDroppedBeforeItsPlaceCanBeTaken() {
    precious("worn");
    run(
        "postgres",
        "CREATE ROLE passing_owner",
        "CREATE ROLE \"passing guest\"",
        "CREATE DATABASE guarded OWNER passing_owner");
    run(
        "guarded",
        "CREATE TABLE t AS SELECT 1 AS x",
        "ALTER TABLE t OWNER TO passing_owner",
        "GRANT CONNECT ON DATABASE guarded TO \"passing guest\"");
    String dump = name(backup("--database", "guarded"));
    run("guarded", "ALTER TABLE t OWNER TO postgres");
    run(
        "postgres",
        "ALTER DATABASE guarded OWNER TO postgres",
        "REVOKE CONNECT ON DATABASE guarded FROM \"passing guest\"",
        "DROP ROLE passing_owner",
        "DROP ROLE \"passing guest\"");
    for (String way : List.of("--disposable", "--replace")) {
      Outcome refused = restore(dump, "worn", way);
      assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW615");
      assertThat(refused.errorMessage()).contains("passing_owner", "passing guest");
      assertIsPrecious("worn");
    }
    fixture.database("bare");
    Outcome empty = restore(dump, "bare");
    assertThat(empty.errorCode()).as(empty.told()).isEqualTo("MAW615");
    try (Sql user = fixture.admin().sql("worn")) {
      Outcome inUse = restore(dump, "worn", "--disposable", "--no-owner");
      assertThat(inUse.errorCode()).as(inUse.told()).isEqualTo("MAW614");
      assertThat(user.number("SELECT it FROM precious")).isEqualTo(42);
      Outcome done = restore(dump, "worn", "--disposable", "--no-owner", "--disconnect");
      assertThat(done.status()).as(done.told()).isZero();
    }
    assertThat(fixture.count("worn", "SELECT x FROM t")).isEqualTo(1);
    assertThat(fixture.count("worn", "SELECT count(*) FROM pg_class WHERE relname = 'precious'"))
        .isZero();
  }

  /** Its rows do not pass their own check any more: it breaks off in the middle. */
  @Test
  void aCopyThatBreaksOffIsTakenAwayAndSaidAsItIs() {
    run("postgres", "CREATE DATABASE strict");
    run(
        "strict",
        "CREATE FUNCTION fine(t text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
        "CREATE TABLE people (name text CHECK (public.fine(name)))",
        "INSERT INTO people VALUES ('ada lovelace')",
        "CREATE OR REPLACE FUNCTION fine(t text) RETURNS bool LANGUAGE sql AS 'SELECT false'");
    String dump = name(backup("--database", "strict"));
    precious("kept_whole");
    Outcome failed = restore(dump, "kept_whole", "--replace");
    assertThat(failed.errorCode()).as(failed.told()).isEqualTo("MAW617");
    assertThat(failed.told()).contains("people").contains("the destination is as it was before");
    assertThat(failed.told()).doesNotContain("lovelace");
    assertIsPrecious("kept_whole");
    Outcome dropped = restore(dump, "kept_whole", "--disposable");
    assertThat(dropped.errorCode()).as(dropped.told()).isEqualTo("MAW617");
    assertThat(dropped.told()).contains("was dropped before").doesNotContain("as it was before");
    assertThat(databases()).noneMatch(name -> name.startsWith("kept_whole"));
  }

  @Test
  void whatIsReplacedIsKeptWithAllThatIsInIt() {
    precious("shop_live");
    backup();
    Outcome done = restore("latest", "shop_live", "--database", "shop", "--replace");
    assertThat(done.status()).as(done.told()).isZero();
    assertThat(Shop.dump(fixture.admin(), "shop_live"))
        .isEqualTo(Shop.dump(fixture.admin(), Shop.NAME));
    String kept = done.json().at("/database/keptAs").asString();
    assertThat(kept).matches("shop_live_before_[0-9]{8}T[0-9]{6}Z");
    assertIsPrecious(kept);
  }

  @Test
  void aPartNeverTakesThePlaceOfAWholeOne() {
    precious("whole");
    String part =
        name(backup("--database", "shop", "--schema", "app", "--exclude-table", "app.*rders*"));
    for (String way : List.of("--disposable", "--replace")) {
      Outcome refused = restore(part, "whole", way);
      assertThat(refused.status()).as(refused.told()).isEqualTo(2);
      assertIsPrecious("whole");
    }
    fixture.database("a_part");
    run("a_part", "CREATE EXTENSION pg_trgm");
    Outcome done = restore(part, "a_part");
    assertThat(done.status()).as(done.told()).isZero();
    assertThat(fixture.count("a_part", "SELECT count(*) FROM app.items")).isEqualTo(3000);
    assertThat(fixture.count("a_part", "SELECT count(*) FROM pg_class WHERE relname ~* 'rders'"))
        .isZero();
  }

  @Test
  void severalDatabasesOfARunAndTablesThatComeEmpty() {
    precious("first_of_two");
    JsonNode two =
        backup(
            "--database",
            "first_of_two",
            "--database",
            "shop",
            "--exclude-table-data",
            "app.*",
            "--exclude-schema",
            "nowhere");
    assertThat(two.at("/dumps").findValuesAsString("database"))
        .containsExactly("first_of_two", "shop");
    assertThat(two.at("/dumps/0/plainBytes").asLong()).isPositive();
    fixture.database("back_again");
    Outcome done = restore(two.at("/dumps/0/name").asString(), "back_again");
    assertThat(done.status()).as(done.told()).isZero();
    assertIsPrecious("back_again");
    fixture.database("hollow");
    assertThat(restore(two.at("/dumps/1/name").asString(), "hollow").status()).isZero();
    assertThat(fixture.count("hollow", "SELECT count(*) FROM app.items")).isZero();
  }

  @Test
  void textOfAnotherEncodingIsNotTakenAsBytes() {
    run(
        "postgres",
        "CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE"
            + " 'C'");
    String dump = name(backup("--database", "shop"));
    Outcome refused = restore(dump, "ascii");
    assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW615");
    assertThat(refused.errorMessage()).contains("SQL_ASCII").contains("UTF8");
    assertThat(fixture.count("ascii", "SELECT count(*) FROM pg_class WHERE oid >= 16384")).isZero();
  }

  /** {@code pg_restore} waits, so that the kill falls between the spooled file and its end. */
  @Test
  void theSpooledFileIsForUsAloneAndGoesAfterAKill() throws IOException {
    String dump = name(backup("--database", "shop"));
    fixture.database("spooled");
    Path programs = Files.createDirectory(folder.resolve("bin"));
    for (String program : List.of("pg_dump", "psql")) {
      Files.createSymbolicLink(programs.resolve(program), DebianCluster.BINARIES.resolve(program));
    }
    Path waits = programs.resolve("pg_restore");
    Files.writeString(
        waits,
        "#!/bin/sh\ncase \"$*\" in *--jobs*) exec sleep 300;; esac\nexec "
            + DebianCluster.BINARIES.resolve("pg_restore")
            + " \"$@\"\n");
    Files.setPosixFilePermissions(waits, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path spools = Files.createDirectory(folder.resolve("s"));
    List<String> begun = command(dump, "spooled", "--jobs", "2", "--temp-dir", spools.toString());
    begun.addAll(List.of("--pg-bin", programs.toString()));
    begun.set(3, "${SPOOLED_URL}");
    fixture.operator().with("SPOOLED_URL", fixture.admin().url("spooled"));
    RunningProgram killed = fixture.operator().start(begun.toArray(String[]::new));
    try {
      await().atMost(PATIENCE).until(() -> sleeper(killed).isPresent());
      Path file = files(spools).stream().filter(f -> f.endsWith("dump")).findFirst().orElseThrow();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(Files.readAllBytes(file)).startsWith("PGDMP".getBytes(StandardCharsets.US_ASCII));
      assertNoSecretIsShown();
    } finally {
      Optional<ProcessHandle> sleeper = sleeper(killed);
      killed.kill();
      sleeper.ifPresent(ProcessHandle::destroyForcibly);
    }
    Outcome next = restore(dump, "spooled", "--temp-dir", spools.toString());
    assertThat(next.status()).as(next.told()).isZero();
    assertThat(next.json().at("/restored/notes").toString()).contains(spools.toString());
    assertThat(files(spools)).isEmpty();
  }

  private static Optional<ProcessHandle> sleeper(RunningProgram program) {
    return ProcessHandle.of(program.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(child -> child.info().command().orElse("").endsWith("sleep"))
        .findFirst();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(path -> !path.equals(folder)).toList();
    }
  }

  /** Neither arguments of our processes hold the password or the key. */
  private static void assertNoSecretIsShown() throws IOException {
    String key = fixture.vault().environment().get("BACKUP_ENCRYPTION_KEY");
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(p -> p.getFileName().toString().matches("[0-9]+")).toList()) {
        String arguments;
        try {
          arguments = Files.readString(process.resolve("cmdline"));
        } catch (IOException e) {
          continue; // it has ended
        }
        assertThat(arguments).doesNotContain(fixture.admin().password()).doesNotContain(key);
      }
    }
  }

  @Test
  void anOlderDumpOpensAfterTheKeyWasRotated() {
    JsonNode taken = backup("--database", "shop");
    String old = fixture.vault().environment().get("BACKUP_ENCRYPTION_KEY");
    String next = Vault.newKey();
    fixture.operator().with("BACKUP_NEW_ENCRYPTION_KEY", next).answer("keys", "rotate");
    fixture.operator().with("BACKUP_ENCRYPTION_KEY", next).without("BACKUP_NEW_ENCRYPTION_KEY");
    Path file = fixture.file(taken.at("/dumps/1/key").asString());
    backup("--database", "shop");
    JsonNode read = fixture.operator().answer("restore", name(taken), "--verify-only");
    assertThat(read.at("/authenticated").asBoolean()).isTrue();
    Outcome revealed = fixture.operator().text("keys", "reveal", fingerprint(file));
    assertThat(revealed.out().strip()).isEqualTo(old);
    fixture.bash(
        "cd '%s'; openssl enc -aes-256-cbc -d -pbkdf2 -in '%s' -out b.gz -pass env:KEY; gunzip b.gz; %s/pg_restore --list b"
            .formatted(folder, file, DebianCluster.BINARIES),
        Map.of("KEY", revealed.out().strip()));
  }

  private static String fingerprint(Path dump) {
    try {
      String sidecar = Files.readString(Path.of(dump + ".sidecar"));
      return sidecar.replaceAll("(?s).*\"fingerprint\":\"([0-9a-f]+)\".*", "$1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
