package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.SmallDisk;
import io.mockupaws.it.support.Tree;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The real {@code stream} while the repository takes no WAL. It sheds on a small disk, takes the
 * backup behind the hole by itself, and what comes behind it can be restored; or it keeps all.
 */
class ShedAndBackedUpIT {
  private static final HostUser OPERATOR = HostUser.forServers();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MEGABYTES = 96;

  @EveryVersion
  void theBackupBehindTheHoleComesByItselfAndRestores(int major) throws IOException {
    try (SmallDisk disk = SmallDisk.mount(MEGABYTES, OPERATOR);
        EmbeddedPostgres live = server(major, disk);
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(live.login(), "postgres", vault, OPERATOR, live.binaries().folder())) {
      Program operator = protection.operator();
      Files.writeString(
          operator.home().resolve("mockupaws.yaml"),
          "clusters: { prod: { primary-disk: shed, primary-disk-limit: 12MiB } }\n");
      protection.initialise("prod");
      live.run("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
      RunningProgram stream = protection.stream();
      String first = operator.answer("backup").path("id").asString();

      takesNoWal(vault, true);
      try {
        for (int i = 0; i < 12; i++) {
          fill(live, i);
        }
        await().atMost(PATIENCE).until(() -> stream.messages().contains("WAL was shed"));
        assertThat(live.isRunning()).isTrue();
        live.run("INSERT INTO t VALUES (2)");
      } finally {
        takesNoWal(vault, false);
      }
      await(stream.messages())
          .atMost(PATIENCE)
          .until(() -> stream.messages().contains("was taken behind the hole"));
      live.run("INSERT INTO t VALUES (3)");
      protection.awaitDurable(stream);
      Outcome outcome = stream.stop();

      assertThat(outcome.status()).as(outcome.told()).isEqualTo(3);
      JsonNode answer = outcome.json();
      assertThat(answer.path("shed").asInt()).isPositive();
      String behind = answer.path("backups").path(0).asString();
      assertThat(behind).isNotEmpty().isNotEqualTo(first);
      assertRestores(operator, live, behind);
    }
  }

  /** Then the same server, with acknowledgements that the spool gives. */
  @Test
  void whatIsKeptIsAlarmedAndComesHome() throws IOException {
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(17).segmentMegabytes(1).start();
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(live.login(), "postgres", vault, OPERATOR, live.binaries().folder())) {
      Program operator = protection.operator();
      Path settings = operator.home().resolve("mockupaws.yaml");
      String kept = "clusters: { prod: { primary-disk: keep, primary-disk-limit: 3MiB } }\n";
      Files.writeString(settings, kept);
      protection.initialise("prod");
      RunningProgram stream = protection.stream();
      operator.answer("backup");
      protection.awaitDurable(stream);

      takesNoWal(vault, true);
      try {
        for (int i = 0; i < 3; i++) {
          fill(live, i);
        }
        await().atMost(PATIENCE).until(() -> stream.messages().contains(" ALARM "));
        assertThat(stream.messages()).contains(" of WAL are kept for the slot");
        assertAlarmed(operator.run("status"));
        assertThat(missing(live)).isGreaterThan(2 << 20);
      } finally {
        takesNoWal(vault, false);
      }
      await().atMost(PATIENCE).until(() -> stream.messages().contains(" the server's disk: "));
      protection.awaitDurable(stream);
      Outcome outcome = stream.stop();
      assertThat(outcome.status()).as(outcome.told()).isZero();
      assertThat(outcome.json().path("shed").asInt()).isZero();

      Files.writeString(settings, "repository: { durability: spool }\n" + kept);
      RunningProgram spooling = protection.stream();
      protection.awaitDurable(spooling);
      takesNoWal(vault, true);
      try {
        fill(live, 4);
        protection.awaitDurable(spooling);
        assertThat(operator.run("status").json().path("lagBytes").asLong()).isGreaterThan(1 << 20);
      } finally {
        takesNoWal(vault, false);
      }
      assertThat(spooling.stop().json().path("holes").asInt()).isZero();
    }
  }

  private static void assertAlarmed(Outcome status) {
    assertThat(status.status()).as(status.told()).isEqualTo(3);
    assertThat(status.json().path("slotLimitBytes").asLong()).isEqualTo(3 << 20);
    assertThat(status.json().path("slotHeldBytes").asLong()).isGreaterThan(3 << 20);
    assertThat(status.json().path("problems").toString())
        .contains("the server's disk fills: ", " of WAL are kept for the slot");
  }

  /** Bytes that the server has flushed, and that were not acknowledged. */
  private static long missing(EmbeddedPostgres live) {
    try (Sql sql = live.sql("postgres")) {
      return sql.number(
          "SELECT (pg_current_wal_flush_lsn() - max(flush_lsn))::bigint FROM pg_stat_replication");
    }
  }

  private static void assertRestores(Program operator, EmbeddedPostgres live, String behind) {
    try (RecoveredServer copy = RecoveredServer.restore(operator, live.login(), "latest")) {
      assertThat(copy.answer().path("backup").toString()).contains(behind);
      try (Sql sql = copy.login().sql("postgres")) {
        assertThat(sql.column("SELECT i FROM t ORDER BY i")).isEqualTo(List.of("1", "2", "3"));
      }
    }
  }

  /** Leases pass: the test is of WAL that cannot be stored, not of a lost lease. */
  private static void takesNoWal(Vault vault, boolean now) {
    Path cluster = vault.objects().resolve("clusters/prod");
    Set<PosixFilePermission> mode =
        PosixFilePermissions.fromString(now ? "r-x------" : "rwx------");
    for (String part : List.of("wal", "tail", "holes", "heard")) {
      Path folder = cluster.resolve(part);
      try {
        if (!Files.exists(folder)) {
          OPERATOR.own(Files.createDirectories(folder));
        }
        boolean changed = true;
        while (changed) {
          changed = false;
          for (Path each : Tree.of(folder).keySet()) {
            changed |= Files.isDirectory(each) && changes(each, mode);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The stream makes folders and removes empty ones until the last of them is closed to it. */
  private static boolean changes(Path folder, Set<PosixFilePermission> mode) throws IOException {
    try {
      if (Files.getPosixFilePermissions(folder).equals(mode)) {
        return false;
      }
      Files.setPosixFilePermissions(folder, mode);
    } catch (NoSuchFileException e) {
      // gone since it was listed: whether another one came is for the next look
    }
    return true;
  }

  private static void fill(EmbeddedPostgres live, int number) {
    live.run(
        "CREATE TABLE w"
            + number
            + " AS SELECT repeat(md5(i::text), 20) FROM generate_series(1, 3000) AS i",
        "SELECT pg_switch_wal()",
        "CHECKPOINT",
        "DROP TABLE w" + number);
  }

  private static EmbeddedPostgres server(int major, SmallDisk disk) {
    return EmbeddedPostgres.builder(major)
        .segmentMegabytes(1)
        .initdb("--waldir=" + disk.path().resolve("wal"))
        .setting("max_wal_size", "8MB")
        .setting("min_wal_size", "4MB")
        .start();
  }
}
