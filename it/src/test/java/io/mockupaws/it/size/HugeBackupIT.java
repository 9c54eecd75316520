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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A backup of a terabyte in a million relations, beside older ones: it is written, listed, shown,
 * verified, planned and restored up to the first byte of its data, and a cleanup is planned, each
 * by a process of its own whose heap is that of 512 MB for three million files. Then it is cleaned
 * up.
 */
class HugeBackupIT {
  private static final HostUser OWNER = HostUser.forServers();

  /** More by {@code bench/size}. */
  private static final int RELATIONS = Integer.getInteger("size.relations", 340_000);

  /** Three million files have 512 MB: a third of them a little more than a third. */
  private static final int HEAP_MEGABYTES = RELATIONS < 1_000_000 ? 224 : 512;

  private static final long BYTES = 1L << 40;

  /** Of each older backup; a terabyte each by {@code bench/size}. */
  private static final long OLDER_BYTES = Long.getLong("size.older", BYTES / 8);

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
        heap(program, HEAP_MEGABYTES);
        List<String> ids = read(program, disk.path().resolve("target"));
        planCleanup(program, vault.objects(), ids);
        heap(program, 512);
        cleanUp(program, vault.objects(), ids);
      }
    }
  }

  /** What stands here stands above what the program is started with. */
  private static void heap(Program program, int megabytes) {
    // both compilers, as the launcher runs it: the quick one alone opens what is sealed slowly
    program.with(
        "_JAVA_OPTIONS",
        "-XX:TieredStopAtLevel=4 -Xmx%dm -Xlog:gc:file=%s"
            .formatted(megabytes, program.home().resolve(COLLECTOR_LOG)));
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
                Long.toString(BYTES),
                Long.toString(OLDER_BYTES)));
    tell("write the manifest", Duration.ofNanos(System.nanoTime() - begin), told.strip());
  }

  /** Gives the names of all backups, oldest first; the huge one is the last. */
  private static List<String> read(Program program, Path target) {
    List<String> ids =
        run(program, "list")
            .path("backups")
            .valueStream()
            .map(backup -> backup.path("id").asString())
            .sorted()
            .toList();
    assertThat(ids).hasSize(5);
    String id = ids.getLast();
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
    return ids;
  }

  /** Of last year's two backups all goes but the packs that a younger one needs. */
  private static void planCleanup(Program program, Path objects, List<String> ids) {
    program.with("MOCKUPAWS_CONFIG", rules(program.home()).toString());
    JsonNode plan = run(program, "cleanup", "--dry-run", "--grace", "0");
    assertThat(plan.path("backups").valueStream())
        .extracting(b -> b.path("id").asString() + " " + b.path("stays").asBoolean())
        .containsExactly(
            ids.get(0) + " false",
            ids.get(1) + " false",
            ids.get(2) + " true",
            ids.get(3) + " true",
            ids.get(4) + " true");
    List<Path> manifests =
        files(objects).filter(file -> ids.subList(0, 2).contains(file.getFileName() + "")).toList();
    List<Path> first = packs(objects, ids.get(0));
    List<Path> second = packs(objects, ids.get(1));
    assertThat(second).hasSizeGreaterThan(1_000);
    // the third refers to the other half, and to the pack with the control file before them
    List<Path> unneeded = second.subList((second.size() + 1) / 2 - 1, second.size());
    assertThat(plan.path("removals").valueStream().map(HugeBackupIT::removal))
        .containsExactly(
            removal("manifest", objects, manifests),
            removal("pack", objects, first),
            removal("pack", objects, unneeded));
    assertThat(plan.path("objects").asLong()).isEqualTo(2L + first.size() + unneeded.size());
    assertThat(plan.path("lost")).isEmpty();
  }

  /** The same for real, in its two steps; what is held in between is back, with all its packs. */
  private static void cleanUp(Program program, Path objects, List<String> ids) {
    Outcome tooMany = program.run("cleanup");
    assertThat(tooMany.errorCode()).as(tooMany.told()).isEqualTo("MAW700");
    assertThat(run(program, "list").path("backups")).hasSize(5);
    JsonNode expired = run(program, "cleanup", "--max-delete", "50%");
    assertThat(expired.path("expired").valueStream().map(one -> one.path("id").asString()))
        .containsExactly(ids.get(0), ids.get(1));
    assertThat(run(program, "list").path("backups")).hasSize(3);
    int packs = packs(objects, ids.get(0)).size();
    JsonNode held = run(program, "hold", "add", ids.get(0), "--reason", "before the audit");
    assertThat(held.path("holds").path(0).path("reason").asString()).isEqualTo("before the audit");
    assertThat(run(program, "list").path("backups")).hasSize(4);

    JsonNode swept = run(program, "cleanup", "--grace", "0");
    assertThat(swept.path("objects").asLong()).isGreaterThan(500);
    assertThat(packs(objects, ids.get(0))).hasSize(packs);
    assertThat(files(objects)).noneMatch(file -> file.endsWith("backups/" + ids.get(1)));
    JsonNode again = run(program, "cleanup", "--grace", "0", "--dry-run");
    assertThat(again.path("removals").valueStream().map(one -> one.path("kind").asString()))
        .containsExactly("expiry");
    for (String id : List.of(ids.get(0), ids.get(2), ids.get(4))) {
      assertThat(run(program, "verify", id, "--depth", "listed").toString()).contains(id);
    }
  }

  private static Path rules(Path folder) {
    try {
      return Files.writeString(
          folder.resolve("mockupaws.yaml"),
          "retention: { daily: 3d, weekly: 1w, monthly: 1m, yearly: 1y, wal: 1d, minimum: 2 }\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> files(Path objects) {
    try (Stream<Path> all = Files.walk(objects)) {
      return all.filter(Files::isRegularFile).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> packs(Path objects, String id) {
    return files(objects).filter(file -> (file + "").contains("/packs/" + id + "/")).toList();
  }

  private static String removal(JsonNode node) {
    return "%s %s to %s, %d objects, %d bytes"
        .formatted(
            node.path("kind").asString(),
            node.path("first").asString(),
            node.path("last").asString(),
            node.path("objects").asLong(),
            node.path("bytes").asLong());
  }

  private static String removal(String kind, Path root, List<Path> objects) {
    return "%s %s to %s, %d objects, %d bytes"
        .formatted(
            kind,
            root.relativize(objects.getFirst()),
            root.relativize(objects.getLast()),
            objects.size(),
            objects.stream().mapToLong(file -> file.toFile().length()).sum());
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
