package io.mockupaws.it.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.s3.EmbeddedS3;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The crontab's lines and the environment file of an operator, one after the other, on one host.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScriptsIT {
  @TempDir private static Path objects;

  private static final Map<String, String> VARIABLES = new LinkedHashMap<>();
  private static final String KEY = Vault.newKey();

  private static EmbeddedPostgres server;
  private static EmbeddedS3 s3;
  private static Host host;

  @BeforeAll
  static void make() {
    server = EmbeddedPostgres.builder(15).start();
    server.run("CREATE DATABASE shop");
    shop("CREATE TABLE orders AS SELECT n AS id FROM generate_series(1, 1000) n");
    s3 = EmbeddedS3.start(objects);
    s3.createBucket("prod");
    s3.createBucket("prod-dr");
    host = new Host();
    VARIABLES.put("DATABASE_URL", server.url("shop"));
    VARIABLES.put("BACKUP_BUCKET", "prod");
    VARIABLES.put("BACKUP_REGION", "us-east-1");
    VARIABLES.put("BACKUP_SECONDARY_BUCKET", "prod-dr");
    VARIABLES.put("BACKUP_ENCRYPTION_KEY", KEY);
    VARIABLES.put("BACKUP_RETENTION_DAYS", "30");
    VARIABLES.put("BACKUP_SPOOL_DIR", host.folder().resolve("spool").toString());
    VARIABLES.putAll(s3.environment());
    host.environment(VARIABLES);
  }

  @AfterAll
  static void remove() {
    host.close();
    s3.close();
    server.close();
  }

  private static void shop(String... statements) {
    try (Sql sql = server.sql("shop")) {
      sql.run(statements);
    }
  }

  private static long count(String query) {
    try (Sql sql = server.sql("shop")) {
      return sql.number(query);
    }
  }

  /** The commands of the sample, as cron reads its lines. */
  private static List<String> crontab() throws IOException {
    return Files.readAllLines(Path.of("..", "packaging", "crontab")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceFirst("^(\\S+ +){5}root +", ""))
        .toList();
  }

  private static String line(String kind) throws IOException {
    return crontab().stream()
        .filter(line -> line.contains("backup.sh " + kind))
        .findFirst()
        .orElseThrow();
  }

  private static String output(String kind) throws IOException {
    return Files.readString(host.folder().resolve("log").resolve(kind + ".log"));
  }

  private static void demandWell(Host.Ended ended, String said) {
    assertThat(ended.status()).as(said).isZero();
  }

  private static List<String> keys(String bucket) throws IOException {
    Path root = objects.resolve(bucket);
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(f -> root.relativize(f).toString()).toList();
    }
  }

  @Test
  @Order(1)
  void aFullBackupOfAnEmptyRepositoryInitialisesItAndNoRole() throws IOException {
    long roles = count("SELECT count(*) FROM pg_roles");
    demandWell(host.cron(line("full")), output("backup"));
    String said = output("backup");
    assertThat(said).contains("the repository is empty: initialising it", "no role is made");
    assertThat(count("SELECT count(*) FROM pg_roles")).isEqualTo(roles);
    assertThat(count("SELECT count(*) FROM pg_replication_slots")).isEqualTo(1);
    for (String bucket : List.of("prod", "prod-dr")) {
      assertThat(keys(bucket))
          .anyMatch(key -> key.matches("clusters/shop/backups/\\d{8}T\\d{6}Z-full-[0-9a-f]{4}"))
          .anyMatch(
              key -> key.matches("backups/full/\\d{8}/shop_full_\\d{8}_\\d{6}\\.sql\\.gz\\.enc"));
    }
    List<Path> logs = host.logs("backup_full_", ".log");
    assertThat(logs).hasSize(1);
    assertThat(logs.getFirst()).content().isEqualTo(said);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(logs.getFirst())))
        .isEqualTo("rw-------");
    assertThat(said).doesNotContain(KEY, server.login().password(), s3.secretKey());
  }

  @Test
  @Order(2)
  void walComesUpToDateAndWhatIsMissingIsTold() throws IOException {
    shop("INSERT INTO orders SELECT generate_series(1001, 2000)");
    demandWell(host.cron(line("wal")), output("wal"));
    assertThat(output("wal"))
        .contains("mockupaws stream --once", "stored up to", "mockupaws wal gaps");
    // beside a stream, it waits for that one
    Process stream = stream();
    try {
      shop("INSERT INTO orders VALUES (2001)");
      demandWell(host.cron(line("wal")), output("wal"));
      assertThat(output("wal")).contains("a stream that runs");
    } finally {
      stream.destroy();
      stream.onExit().join();
    }
  }

  private static Process stream() throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of("env", "-i", "PATH=/usr/bin:/bin"));
    VARIABLES.forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(List.of(host.folder().resolve("mockupaws/mockupaws").toString(), "stream"));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> count("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == 1);
    return process;
  }

  @Test
  @Order(3)
  void theConfigurationIsKeptAndOldLogsGo() throws IOException {
    demandWell(host.cron(line("config")), output("config"));
    assertThat(keys("prod-dr")).anyMatch(key -> key.contains("/configuration/"));
    Path old = host.folder().resolve("mockupaws/storage/logs/backup_full_20200101_000000_1.log");
    Path before = old.resolveSibling("restore_20200101_000000000_before.json");
    Path mine = old.resolveSibling("notes.log");
    for (Path file : List.of(old, before, mine)) {
      Files.writeString(file, "x");
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(40))));
    }
    demandWell(host.cron("/opt/mockupaws/scripts/backup.sh cleanup --dry-run"), "dry run");
    assertThat(old).exists();
    assertThat(before).exists();
    demandWell(host.cron(line("cleanup")), output("cleanup"));
    assertThat(old).doesNotExist();
    assertThat(before).as("what a restore recorded of the state before").doesNotExist();
    assertThat(mine).exists();
  }

  /** The operator's own way to hand variables over: a shell that reads the file. */
  @Test
  @Order(4)
  void oneHalfThatFailsDoesNotStopTheOther() throws IOException {
    server.run(
        "CREATE ROLE few LOGIN REPLICATION PASSWORD 'few'",
        "GRANT pg_read_all_settings TO few",
        "ALTER ROLE few SET password_encryption TO 'md5'");
    shop(
        "GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean), pg_backup_stop(boolean),"
            + " pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean),"
            + " pg_read_binary_file(text, bigint, bigint, boolean) TO few");
    Map<String, String> few = new LinkedHashMap<>(VARIABLES);
    few.put("DATABASE_URL", server.login().as("few", "few").url("shop"));
    host.environment(few);
    long before = backups();
    Host.Ended ended =
        host.cron(
            List.of(),
            "set -a; . "
                + host.folder().resolve("environment")
                + "; set +a; /opt/mockupaws/scripts/backup.sh full 2>&1");
    assertThat(ended.status()).as(ended.said()).isEqualTo(1);
    assertThat(ended.said()).contains("MAW402");
    assertThat(backups()).isEqualTo(before + 1);
    host.environment(VARIABLES);
  }

  private static long backups() throws IOException {
    return keys("prod").stream().filter(key -> key.startsWith("clusters/shop/backups/")).count();
  }

  @Test
  @Order(5)
  void itComesBackAsTheContractSays() throws IOException {
    String script = "/opt/mockupaws/scripts/restore.sh ";
    String time;
    try (Sql sql = server.sql("shop")) {
      time =
          sql.value(
              "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')");
    }
    Host.Ended refused = host.cron(script + "latest");
    assertThat(refused.status()).as(refused.said()).isEqualTo(1);
    assertThat(count("SELECT count(*) FROM orders")).isEqualTo(2001);

    String dump =
        keys("prod").stream().filter(key -> key.endsWith(".sql.gz.enc")).findFirst().orElseThrow();
    Host.Ended verified = host.cron(script + objects.resolve("prod/" + dump) + " --verify-only");
    demandWell(verified, verified.said());

    emptied();
    Host.Ended latest = host.cron(script + "latest");
    demandWell(latest, latest.said());
    assertThat(count("SELECT count(*) FROM orders")).isEqualTo(1000);

    emptied();
    Host.Ended address = host.cron(script + "s3://prod/" + dump);
    demandWell(address, address.said());
    assertThat(count("SELECT count(*) FROM orders")).isEqualTo(1000);

    emptied();
    demandWell(host.cron(line("wal")), output("wal"));
    Host.Ended moment = host.cron(script + "latest --target-time '" + time + "'");
    demandWell(moment, moment.said());
    assertThat(count("SELECT count(*) FROM orders")).isEqualTo(2001);
    assertThat(host.logs("restore_", ".log")).hasSize(5);
    // the record of what stood there, once for each restore that changed something
    assertThat(host.logs("restore_", "_before.json")).hasSize(3);
  }

  private static void emptied() {
    server.run("DROP DATABASE shop WITH (FORCE)", "CREATE DATABASE shop");
  }

  @Test
  @Order(6)
  void aLogThatCannotBeWrittenIsNoFailedBackup() {
    Host.Ended ended =
        host.cron(
            List.of(
                "MOCKUPAWS_ENVIRONMENT=" + host.folder().resolve("environment"),
                "BACKUP_LOG_DIR=/proc/nothing"),
            "/opt/mockupaws/scripts/backup.sh config 2>&1 >/dev/null");
    demandWell(ended, ended.said());
    assertThat(ended.said()).contains("no log can be written in /proc/nothing", "holds");
  }

  @Test
  @Order(7)
  void wrongUseIsToldBeforeAnything() {
    String script = "/opt/mockupaws/scripts/backup.sh ";
    assertThat(host.cron(script).status()).isEqualTo(2);
    assertThat(host.cron(script + "everything").status()).isEqualTo(2);
    assertThat(host.cron(script + "wal --dry-run").status()).isEqualTo(2);
    assertThat(host.cron("/opt/mockupaws/scripts/restore.sh").status()).isEqualTo(2);
    Host.Ended lost = host.cron(List.of("MOCKUPAWS_ENVIRONMENT=/nowhere"), script + "full");
    assertThat(lost.status()).isEqualTo(2);
    assertThat(lost.said()).contains("/nowhere cannot be read");
    host.environment(VARIABLES, "this is no variable");
    Host.Ended bad = host.cron(script + "full");
    assertThat(bad.status()).isEqualTo(2);
    assertThat(bad.said()).contains("not NAME=VALUE");
    host.environment(VARIABLES);
    assertThat(host.cron(script + "--help").status()).isZero();
  }

  /** What is left of a disk that is not mounted is an empty directory. */
  @Test
  @Order(8)
  void noNewRepositoryIsMadeWhereOneWas() throws IOException {
    Path disk = Files.createDirectory(host.folder().resolve("disk"));
    Map<String, String> onDisk = new LinkedHashMap<>(VARIABLES);
    onDisk.keySet().removeAll(List.of("BACKUP_BUCKET", "BACKUP_SECONDARY_BUCKET"));
    onDisk.put("BACKUP_REPOSITORY", "file://" + disk);
    host.environment(onDisk);
    String full = "/opt/mockupaws/scripts/backup.sh full";
    Host.Ended first = host.cron(full);
    demandWell(first, first.said());
    Files.move(disk, disk.resolveSibling("unmounted"));
    Files.createDirectory(disk);
    Host.Ended refused = host.cron(full);
    assertThat(refused.status()).as(refused.said()).isEqualTo(1);
    assertThat(refused.said()).contains("MAW300", "see whether its disk is mounted");
    assertThat(disk).isEmptyDirectory();
    Files.delete(disk);
    assertThat(host.cron(full).status()).isEqualTo(1);
    assertThat(disk).doesNotExist();
    Files.move(disk.resolveSibling("unmounted"), disk);
    Host.Ended again = host.cron(full);
    demandWell(again, again.said());
  }
}
