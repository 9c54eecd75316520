package io.mockupaws.it.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.SmallDisk;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A backup of a terabyte in a million relations: it is written, listed, shown, verified, planned
 * and restored up to the first byte of its data, each by a process of its own that has 512 MB of
 * heap.
 */
class HugeBackupIT {
  private static final HostUser OWNER = HostUser.forServers();

  /** More by {@code bench/size}. */
  private static final int RELATIONS = Integer.getInteger("size.relations", 340_000);

  private static final long BYTES = 1L << 40;
  private static final String COLLECTOR_LOG = "collector.log";
  private static final Pattern BEFORE_COLLECTION = Pattern.compile(" ([0-9]+)M->");
  private static final int DISK_MEGABYTES = 3 << 20;

  @Test
  void everyStepFitsASmallHeap() {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(18).start();
        Vault vault = Vault.directory(OWNER);
        SmallDisk disk = SmallDisk.mount(DISK_MEGABYTES, OWNER)) {
      takeRealBackup(server, vault);
      write(vault);
      vault.giveTo(OWNER);
      try (Program program =
          Program.as(OWNER, server.binaries().folder()).with(vault.environment())) {
        program.with("JAVA_TOOL_OPTIONS", "-Xlog:gc:file=" + program.home().resolve(COLLECTOR_LOG));
        read(program, disk.path().resolve("target"));
      }
    }
  }

  private static void takeRealBackup(EmbeddedPostgres server, Vault vault) {
    try (Protection protection =
        new Protection(server.login(), "postgres", vault, OWNER, server.binaries().folder())) {
      protection.initialise("prod");
      RunningProgram stream = protection.stream();
      protection.operator().answer("backup");
      assertThat(stream.stop().status()).isZero();
    }
  }

  private static void write(Vault vault) {
    long begin = System.nanoTime();
    String told =
        HostCommand.run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HugeBackup.class.getName(),
                vault.objects().toString(),
                vault.environment().getOrDefault("BACKUP_ENCRYPTION_KEY", ""),
                Integer.toString(RELATIONS),
                Long.toString(BYTES)));
    tell("write the manifest", Duration.ofNanos(System.nanoTime() - begin), told.strip());
  }

  private static void read(Program program, Path target) {
    JsonNode backups = run(program, "list").path("backups");
    assertThat(backups).hasSize(2);
    JsonNode huge =
        backups
            .valueStream()
            .filter(b -> b.path("bytes").asLong() > BYTES / 2)
            .findFirst()
            .orElseThrow();
    String id = huge.path("id").asString();
    JsonNode shown = run(program, "show", id);
    assertThat(shown.toString()).contains("n".repeat(63));
    JsonNode verified = run(program, "verify", id, "--depth", "listed");
    assertThat(verified.toString()).contains(id);
    JsonNode plan = run(program, "restore", id, "--to-dir", target.toString(), "--dry-run");
    assertThat(plan.toString()).contains(id);

    Outcome restore = program.run("restore", id, "--to-dir", target.toString());
    tell("restore up to the first byte", restore.took(), peak(program));
    // the packs have no bytes: all tables are made by then, and nothing of the data is written
    assertThat(restore.errorCode()).as(restore.told()).isEqualTo("MAW304");
    assertThat(restore.errorMessage()).contains("/packs/" + id + "/");
    assertThat(target.resolve("global/pg_control")).doesNotExist();
  }

  private static JsonNode run(Program program, String... arguments) {
    Outcome outcome = program.run(arguments);
    tell(arguments[0], outcome.took(), peak(program));
    assertThat(outcome.status()).as(outcome.told()).isZero();
    return outcome.json();
  }

  /** The most heap that the log of the last process's collector shows; the log is removed. */
  private static String peak(Program program) {
    Path log = program.home().resolve(COLLECTOR_LOG);
    try {
      long most =
          BEFORE_COLLECTION
              .matcher(Files.readString(log))
              .results()
              .mapToLong(found -> Long.parseLong(found.group(1)))
              .max()
              .orElse(0);
      Files.delete(log);
      return most + " MB of heap at most";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tell(String step, Duration took, String more) {
    System.out.printf("size: %s: %.1f s %s%n", step, took.toMillis() / 1000.0, more);
  }
}
