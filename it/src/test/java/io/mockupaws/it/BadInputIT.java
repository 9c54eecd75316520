package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.Damage;
import io.mockupaws.it.support.Listing;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.SmallDisk;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What goes wrong is said by its stable code, and leaves the repository as it was. One repository
 * serves all cases: a backup, a hole in the journal, a second backup, a promotion, and a tail.
 */
class BadInputIT {

  private static final HostUser OPERATOR = HostUser.named("nobody").orElseThrow();

  private static EmbeddedPostgres server;
  private static Vault vault;
  private static Protection protection;
  private static Instant beforeFirstBackup;
  private static Instant inTheHole;

  private Program newcomer;
  private Path target;
  private Listing before;

  @BeforeAll
  static void liveThroughAHole() {
    server =
        EmbeddedPostgres.builder(17)
            .segmentMegabytes(1)
            .setting("max_wal_size", "2MB")
            .setting("min_wal_size", "2MB")
            .start();
    vault = Vault.directory(OPERATOR);
    protection =
        new Protection(server.login(), "postgres", vault, OPERATOR, server.binaries().folder());
    beforeFirstBackup = now();
    protection.initialise("prod");
    RunningProgram stream = protection.stream();
    protection.operator().answer("backup");
    write();
    protection.awaitDurable(stream);
    assertThat(stream.stop().status()).isZero();
    server.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    inTheHole = loseWal();
    protection.initialise("prod");
    // a slot that was never streamed through says nothing of whose server it is
    RunningProgram again = protection.stream("--takes-over");
    // the one backup behind the hole: two would stand in for each other
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              server.run("SELECT pg_logical_emit_message(false, '', 'tick')");
              assertThat(again.isRunning()).as(again.messages()).isTrue();
              return again.messages().contains("was taken behind the hole");
            });
    assertThat(protection.operator().answer("list").path("backups")).hasSize(2);
    write();
    protection.awaitDurable(again);
    again.kill();
    promote();
    RunningProgram onTheSecond = protection.stream();
    write();
    // the pieces lie at a segment's beginning: at its end they may become a whole one
    server.run("SELECT pg_switch_wal()");
    for (int i = 0; i < 3; i++) {
      server.run("INSERT INTO t VALUES (" + -i + ", 'a piece of the tail')");
      protection.awaitDurable(onTheSecond);
    }
    onTheSecond.kill();
  }

  private static void promote() {
    server.stop();
    Path signal = server.dataDirectory().resolve("standby.signal");
    try {
      server.user().own(Files.createFile(signal));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.start();
    server.run("SELECT pg_promote()");
  }

  @AfterAll
  static void end() {
    protection.close();
    vault.close();
    server.close();
  }

  @BeforeEach
  void begin() throws IOException {
    newcomer = Program.as(OPERATOR, server.binaries().folder()).with(vault.environment());
    target = newcomer.home().resolve("restored");
    before = vault.listing();
  }

  @AfterEach
  void leavesTheRepositoryAsItWas() {
    // That it failed is on record, and nothing else.
    assertThat(before.differencesOf(vault.listing()).stream().filter(l -> !l.contains("/runs/")))
        .isEmpty();
    newcomer.close();
  }

  @Test
  void theRepositoryIsSoundAndComesBack() {
    newcomer.answer("restore", "latest", "--to-dir", target.toString());
    assertThat(target.resolve("global/pg_control")).exists();
  }

  @Test
  void aWrongKey() {
    newcomer.with("BACKUP_ENCRYPTION_KEY", Vault.newKey());
    refused("MAW302", newcomer.run("restore", "latest", "--to-dir", target.toString()));
    refused("MAW302", newcomer.run("window"));
  }

  @ParameterizedTest
  @CsvSource({
    "repository, FLIPPED, MAW304",
    "repository, TRUNCATED, MAW304",
    "repository, MISSING, MAW300",
    "keys/, FLIPPED, MAW304",
    "keys/, TRUNCATED, MAW304",
    "keys/, MISSING, MAW206",
    "clusters/prod/cluster, FLIPPED, MAW304",
    "clusters/prod/cluster, TRUNCATED, MAW304",
    "clusters/prod/cluster, MISSING, MAW206",
    "/backups/, FLIPPED, MAW304",
    "/backups/, TRUNCATED, MAW304",
    "/packs/, FLIPPED, MAW304",
    "/packs/, TRUNCATED, MAW304",
    "/packs/, MISSING, MAW206",
    "/wal/, FLIPPED, MAW304",
    "/wal/, TRUNCATED, MAW304",
    "/wal/, MISSING, MAW602",
    "/tail/, FLIPPED, MAW304",
    "/tail/, TRUNCATED, MAW304",
    "/history/, FLIPPED, MAW304",
    "/history/, TRUNCATED, MAW304",
    "/history/, MISSING, MAW206",
    "/holes/, FLIPPED, MAW304",
    "/holes/, TRUNCATED, MAW304",
  })
  void aBadObject(String kind, Damage.Kind fault, String code) {
    Path object = vault.objects().resolve(before.paths(kind).getLast());
    Damage.during(
        object,
        fault,
        () -> refused(code, newcomer.run("restore", "latest", "--to-dir", target.toString())));
  }

  /** What lies behind it is not the journal's end. */
  @Test
  void aPieceOfTheTailThatIsGone() {
    List<String> pieces = before.paths("/tail/");
    String newest = pieces.getLast().replaceFirst("[^/]*$", "");
    List<String> ofOneSegment = pieces.stream().filter(p -> p.startsWith(newest)).toList();
    assertThat(ofOneSegment).hasSizeGreaterThan(1);
    Damage.during(
        vault.objects().resolve(ofOneSegment.getFirst()),
        Damage.Kind.MISSING,
        () -> refused("MAW602", newcomer.run("restore", "latest", "--to-dir", target.toString())));
  }

  /** What the backup became is not known: the end of its own timeline is not the latest. */
  @Test
  void aHistoryThatIsGoneForABackupByItsName() {
    Path history = vault.objects().resolve(before.paths("/history/").getLast());
    String id = newcomer.answer("show", "latest").path("id").stringValue();
    String[] restore = {"restore", id, "--to-dir", target.toString(), "--dry-run"};
    Damage.during(
        history,
        Damage.Kind.MISSING,
        () -> {
          refused("MAW206", newcomer.run(restore));
          newcomer.answer(
              Stream.concat(Stream.of(restore), Stream.of("--timeline", "1"))
                  .toArray(String[]::new));
        });
  }

  /** The other backup is not taken in its place. */
  @Test
  void aBackupThatIsGone() {
    Path manifest = vault.objects().resolve(before.paths("/backups/").getLast());
    String id = newcomer.answer("show", "latest").path("id").stringValue();
    Damage.during(
        manifest,
        Damage.Kind.MISSING,
        () -> refused("MAW107", newcomer.run("restore", id, "--to-dir", target.toString())));
  }

  /** What a bucket holds is read as sceptically as a directory. */
  @Test
  void aBadObjectInABucket() {
    try (Vault bucket = Vault.bucket();
        Protection bucketed =
            new Protection(
                server.login(), "postgres", bucket, OPERATOR, server.binaries().folder())) {
      bucketed.initialise("bucketed");
      bucketed.operator().answer("backup");
      Listing whole = bucket.listing();
      Path pack =
          bucket.objects().resolve("..").resolve("..").resolve(whole.paths("/packs/").getLast());
      try (Program reader =
          Program.as(OPERATOR, server.binaries().folder()).with(bucket.environment())) {
        String[] restore = {"restore", "latest", "--to-dir", target.toString()};
        Damage.during(pack, Damage.Kind.FLIPPED, () -> refused("MAW304", reader.run(restore)));
        Damage.during(pack, Damage.Kind.MISSING, () -> refused("MAW206", reader.run(restore)));
      }
      assertThat(whole.differencesOf(bucket.listing())).isEmpty();
    } finally {
      server.run(
          "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
              + " WHERE slot_name = 'mockupaws_bucketed'");
    }
  }

  @Test
  void anUnknownFormat() throws IOException, NoSuchAlgorithmException {
    Path mark = vault.objects().resolve("repository");
    String line = Files.readAllLines(mark).getFirst().replace("\"format\":1", "\"format\":2");
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(line.getBytes(StandardCharsets.UTF_8));
    String later = line + "\n" + HexFormat.of().formatHex(digest) + "\n";
    Damage.during(
        mark,
        later.getBytes(StandardCharsets.UTF_8),
        () -> refused("MAW305", newcomer.run("window")));
    Path manifest = vault.objects().resolve(before.paths("/backups/").getLast());
    byte[] content = Files.readAllBytes(manifest);
    content[9] = 2;
    Damage.during(
        manifest,
        content,
        () -> refused("MAW305", newcomer.run("restore", "latest", "--to-dir", target.toString())));
  }

  @Test
  void aTargetThatCannotBeReached() {
    refusedTarget("MAW601", now().plus(Duration.ofHours(1)));
    refusedTarget("MAW601", beforeFirstBackup);
    refusedTarget("MAW602", inTheHole);
  }

  @Test
  void aTargetDirectoryThatIsNotEmpty() throws IOException {
    Files.createDirectory(target);
    OPERATOR.own(target);
    Files.writeString(target.resolve("precious"), "data");
    Outcome outcome = newcomer.run("restore", "latest", "--to-dir", target.toString());
    assertThat(outcome.errorCode()).as(outcome.told()).isEqualTo("MAW600");
    assertThat(target.resolve("precious")).hasContent("data");
    FileTrees.delete(target);
  }

  @Test
  void aDiskThatIsFullAtTheTarget() {
    try (SmallDisk disk = SmallDisk.mount(8, OPERATOR)) {
      Path directory = disk.path().resolve("restored");
      Outcome outcome = newcomer.run("restore", "latest", "--to-dir", directory.toString());
      assertThat(outcome.errorCode()).as(outcome.told()).isEqualTo("MAW900");
      assertThat(directory.resolve("global/pg_control")).doesNotExist();
    }
  }

  @Test
  void aDiskThatIsFullAtTheRepository() {
    try (SmallDisk disk = SmallDisk.mount(2, OPERATOR)) {
      Program operator = operator().with("BACKUP_REPOSITORY", "file://" + disk.path());
      operator.answer("init", "--cluster", "full");
      Listing small = Listing.of(disk.path());
      Outcome outcome = operator.run("backup", "--cluster", "full");
      assertThat(outcome.errorCode()).as(outcome.told()).isEqualTo("MAW204");
      assertThat(small.paths("/backups/")).isEmpty();
      assertThat(
              small.differencesOf(Listing.of(disk.path())).stream()
                  .filter(
                      line ->
                          Stream.of(
                                  "/lease/",
                                  "/wal/",
                                  "/tail/",
                                  "/history/",
                                  "/catalogue/",
                                  "/runs/")
                              .noneMatch(line::contains)))
          .isEmpty();
    }
    server.run(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            + " WHERE slot_name = 'mockupaws_full'");
  }

  @Test
  void aWrongPassword() {
    ServerLogin role = protection.role();
    Program operator =
        operator().with("DATABASE_URL", role.as(role.user(), "another").url("postgres"));
    List<String> failed = vault.listing().paths("/failed");
    refused("MAW401", operator.run("backup"));
    assertThat(vault.listing().paths("/failed")).hasSize(failed.size() + 1);
  }

  @Test
  void aServerThatIsNotThere() {
    Program operator = operator().with("DATABASE_URL", protection.role().at(1).url("postgres"));
    refused("MAW400", operator.run("backup"));
  }

  @Test
  void revokedRights() {
    String function = "FUNCTION pg_read_binary_file(text, bigint, bigint, boolean)";
    try (Sql sql = server.sql("postgres")) {
      sql.run("REVOKE EXECUTE ON " + function + " FROM " + Protection.ROLE);
      try {
        refused("MAW402", operator().run("backup"));
      } finally {
        sql.run("GRANT EXECUTE ON " + function + " TO " + Protection.ROLE);
      }
    }
  }

  @Test
  void aWrongBucketAndAWrongSecret() {
    try (Vault bucket = Vault.bucket()) {
      Program reader = Program.as(OPERATOR, server.binaries().folder()).with(bucket.environment());
      try (reader) {
        assertThat(reader.run("window").errorCode()).isEqualTo("MAW300");
        reader.with("BACKUP_REPOSITORY", "s3://another-bucket/prod");
        assertThat(reader.run("window").errorCode()).isEqualTo("MAW201");
        reader.with(bucket.environment()).with("AWS_SECRET_ACCESS_KEY", "wrong");
        assertThat(reader.run("window").errorCode()).isEqualTo("MAW202");
      }
      assertThat(bucket.listing().files()).isEmpty();
    }
  }

  private static Program operator() {
    return protection
        .operator()
        .with("DATABASE_URL", protection.role().url("postgres"))
        .with(vault.environment());
  }

  private void refusedTarget(String code, Instant time) {
    refused(
        code,
        newcomer.run(
            "restore", "latest", "--to-dir", target.toString(), "--target-time", time.toString()));
    assertThat(target).doesNotExist();
  }

  /** Refused with that code and a next step, and nothing that could be started is left. */
  private void refused(String code, Outcome outcome) {
    assertThat(outcome.status()).as(outcome.told()).isIn(1, 2);
    assertThat(outcome.errorCode()).as(outcome.told()).isEqualTo(code);
    assertThat(outcome.json().at("/error/next").stringValue()).isNotBlank();
    assertThat(target.resolve("global/pg_control")).doesNotExist();
    FileTrees.delete(target);
  }

  private static void write() {
    server.run(
        "CREATE TABLE IF NOT EXISTS t (n int, m text)",
        "INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 20000) AS n");
  }

  /** Without a slot the server removes old segments at its checkpoints. */
  private static Instant loseWal() {
    write();
    Instant time = now();
    for (int i = 0; i < 4; i++) {
      write();
      server.run("SELECT pg_switch_wal()", "CHECKPOINT");
    }
    return time;
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
