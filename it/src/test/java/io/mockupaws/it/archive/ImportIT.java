package io.mockupaws.it.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.Zstd;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Listing;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A server archived plainly, by {@code cp} and packers, over a promotion, and nobody streamed: what
 * lies there is taken over, and a fresh process recovers into it.
 */
class ImportIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long BATCH = 40;

  @EveryVersion
  void whatWasArchivedPlainlyIsTakenOverAndRecovered(int major) throws IOException {
    try (EmbeddedPostgres server = server(major);
        Vault vault = Vault.directory(server.user());
        Plain plain = new Plain(server);
        Protection protection =
            new Protection(
                server.login(), "postgres", vault, server.user(), server.binaries().folder());
        Program newcomer =
            Program.as(server.user(), server.binaries().folder()).with(vault.environment())) {
      protection.initialise("prod");
      server.run("CREATE TABLE t (id bigserial PRIMARY KEY, x text)");
      protection.operator().answer("backup");
      insert(server, BATCH);
      String middle = lsn(server);
      for (int i = 0; i < 3; i++) {
        insert(server, BATCH);
        plain.awaitSwitched(server);
      }
      promote(server);
      insert(server, BATCH);
      String late = lsn(server);
      insert(server, BATCH);
      String lastXid = plain.awaitSwitched(server);
      server.stop();

      plain.scatter();
      recoveredBeside(newcomer, server, plain, vault, lastXid);
      String held = plain.takeAway();
      refusedBeside(newcomer, plain, vault, middle, late);
      importAllButOne(newcomer, plain, vault, held, late);
      importTheRest(newcomer, plain, lastXid);
      recovered(newcomer, server, BATCH, 5 * BATCH, "--target-lsn", middle);
      recovered(newcomer, server, 6 * BATCH, 0, "latest");
    }
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .segmentMegabytes(1)
        .setting("autovacuum", "off")
        .setting("archive_mode", "on")
        .start();
  }

  /** One commit a row, more than a segment each time. */
  private static void insert(EmbeddedPostgres server, long rows) {
    try (Sql sql = server.sql("postgres")) {
      for (int i = 0; i < rows; i++) {
        sql.run(
            "INSERT INTO t (x) SELECT string_agg(md5((%d * n)::text), '') FROM generate_series(1, 1200) n"
                .formatted(i));
      }
    }
  }

  /** Up to here: the last commit counts. */
  private static String lsn(EmbeddedPostgres server) {
    try (Sql sql = server.sql("postgres")) {
      String end = sql.value("SELECT pg_current_wal_insert_lsn()");
      sql.value("SELECT pg_create_restore_point('behind')");
      return end;
    }
  }

  private static void promote(EmbeddedPostgres server) throws IOException {
    server.run("ALTER SYSTEM SET restore_command = '/bin/false'");
    server.stop();
    server.user().own(Files.createFile(server.dataDirectory().resolve("recovery.signal")));
    server.start();
    try (Sql sql = server.sql("postgres")) {
      await().atMost(PATIENCE).until(() -> sql.value("SELECT pg_is_in_recovery()").equals("f"));
    }
  }

  /**
   * With the archive beside the repository, which stays as it is, but for a note of the time it
   * took.
   */
  private static void recoveredBeside(
      Program newcomer, EmbeddedPostgres former, Plain plain, Vault vault, String lastXid) {
    Listing before = vault.listing();
    String[] target = {"latest", "--wal-source", plain.folder()};
    try (RecoveredServer copy = RecoveredServer.restore(newcomer, former.login(), target)) {
      Outcome outcome = copy.outcome();
      assertThat(outcome.status()).as("two files are not used: " + outcome.told()).isEqualTo(3);
      JsonNode source = outcome.json().path("walSource");
      assertThat(source.path("segments").asInt()).as(outcome.told()).isGreaterThan(5);
      assertThat(source.path("refused").findValuesAsString("file"))
          .containsExactlyInAnyOrder(Plain.FOREIGN, Plain.BROKEN);
      assertThat(outcome.json().path("timeline").asInt()).isEqualTo(2);
      assertThat(outcome.json().path("lastCommitXid").asString()).isEqualTo(lastXid);
      try (Sql sql = copy.login().sql("postgres")) {
        assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(6 * BATCH);
        assertThat(sql.number("SELECT count(DISTINCT id) FROM t WHERE length(x) = 38400"))
            .isEqualTo(6 * BATCH);
      }
    }
    assertThat(before.differencesOf(vault.listing()))
        .as("but for what the recovery took")
        .singleElement()
        .asString()
        .contains("/measured/");
    assertThat(newcomer.leftovers()).noneMatch(path -> path.startsWith("mockupaws-wal-"));
  }

  /** What neither has is a hole; before it the archive is enough. */
  private static void refusedBeside(
      Program newcomer, Plain plain, Vault vault, String middle, String late) {
    Listing before = vault.listing();
    String to = newcomer.home().resolve("refused").toString();
    String[] dry = {"restore", "--to-dir", to, "--dry-run", "--wal-source", plain.folder()};
    Outcome refused = newcomer.run(with(dry, "--target-lsn", late));
    assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW602");
    Outcome without = newcomer.run("restore", "--to-dir", to, "--dry-run", "--target-lsn", late);
    assertThat(without.errorCode()).as(without.told()).startsWith("MAW60");
    Outcome reached = newcomer.run(with(dry, "--target-lsn", middle));
    assertThat(reached.status()).as(reached.told()).isEqualTo(3);
    assertThat(before.differencesOf(vault.listing())).isEmpty();
  }

  private static String[] with(String[] command, String... more) {
    return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
  }

  private static void importAllButOne(
      Program newcomer, Plain plain, Vault vault, String held, String late) {
    Listing before = vault.listing();
    JsonNode dry = newcomer.run("wal", "import", plain.folder(), "--dry-run").json();
    assertThat(dry.path("missing").asInt()).isGreaterThan(5);
    assertThat(dry.path("histories").asInt()).isEqualTo(1);
    assertThat(dry.path("stored").asInt()).isZero();
    assertThat(vault.listing()).isEqualTo(before);

    Outcome taken = newcomer.run("wal", "import", plain.folder());
    assertThat(taken.status()).as(taken.told()).isEqualTo(3);
    assertThat(taken.json().path("refused").findValuesAsString("file"))
        .as(taken.told())
        .containsExactlyInAnyOrder(Plain.FOREIGN, Plain.BROKEN);
    assertThat(taken.json().path("passedOver").findValuesAsString("file"))
        .contains("notes.txt", Plain.LZ4);

    Outcome gaps = newcomer.run("wal", "gaps");
    assertThat(gaps.status()).isEqualTo(3);
    assertThat(gaps.json().path("gaps")).as(gaps.told()).hasSize(1);
    JsonNode gap = gaps.json().path("gaps").path(0);
    assertThat(gap.path("firstSegment").asString()).isEqualTo(held);
    assertThat(gap.path("lastSegment").asString()).isEqualTo(held);
    JsonNode range = newcomer.answer("window").path("ranges").path(0);
    assertThat(range.path("toLsn").asString()).isNotEmpty();
    Path to = newcomer.home().resolve("refused");
    Outcome refused =
        newcomer.run("restore", "--to-dir", to.toString(), "--dry-run", "--target-lsn", late);
    assertThat(refused.errorCode()).as(refused.told()).startsWith("MAW60");
  }

  private static void importTheRest(Program newcomer, Plain plain, String lastXid)
      throws IOException {
    plain.giveBack();
    JsonNode second = newcomer.answer("wal", "import", plain.folder());
    assertThat(second.path("stored").asInt()).isEqualTo(1);
    JsonNode again = newcomer.answer("wal", "import", plain.folder());
    assertThat(again.path("stored").asInt()).isZero();
    assertThat(again.path("known").asInt()).isEqualTo(second.path("known").asInt() + 1);
    assertThat(newcomer.answer("wal", "gaps").path("gaps")).isEmpty();
    JsonNode window = newcomer.answer("window");
    assertThat(window.path("timeline").asInt()).isEqualTo(2);
    assertThat(window.path("lastCommitXid").asString()).isEqualTo(lastXid);
    assertThat(window.path("holes")).isEmpty();
  }

  private static void recovered(
      Program newcomer, EmbeddedPostgres former, long rows, long lost, String... target) {
    try (RecoveredServer copy = RecoveredServer.restore(newcomer, former.login(), target)) {
      JsonNode answer = copy.answer();
      try (Sql sql = copy.login().sql("postgres")) {
        assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(rows);
      }
      assertThat(answer.findValue("lostCommits").asLong()).as("%s", answer).isEqualTo(lost);
    }
  }

  /** The folder that {@code archive_command} copied into. */
  private static final class Plain implements AutoCloseable {
    static final String FOREIGN = "0000000100000000000000EE";
    static final String BROKEN = "0000000100000000000000EF.gz";
    static final String LZ4 = "0000000100000000000000F0.lz4";

    private final Path folder;
    private final Path aside;

    Plain(EmbeddedPostgres server) throws IOException {
      Path base = server.dataDirectory().resolveSibling("plain");
      folder = base.resolve("wal");
      aside = base.resolve("aside");
      Files.createDirectories(folder);
      Files.createDirectories(aside);
      HostCommand.run("chown", "-R", server.user().uid() + ":" + server.user().gid(), base + "");
      server.run(
          "ALTER SYSTEM SET archive_command = 'cp %p " + folder + "/%f'",
          "SELECT pg_reload_conf()");
    }

    String folder() {
      return folder.toString();
    }

    /** Everything up to now is in the folder; gives the last transaction that wrote. */
    String awaitSwitched(EmbeddedPostgres server) {
      try (Sql sql = server.sql("postgres")) {
        String xid = sql.value("SELECT xmin FROM t ORDER BY id DESC LIMIT 1");
        String last = sql.value("SELECT pg_walfile_name(pg_switch_wal())");
        await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve(last)));
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    sql.value(
                            "SELECT coalesce(last_archived_wal >= '%s', false) FROM pg_stat_archiver"
                                .formatted(last))
                        .equals("t"));
        return xid;
      }
    }

    /** Packs some, and plants what does not belong there. */
    void scatter() throws IOException {
      List<Path> segments = segments();
      gzip(segments.get(2));
      zstd(segments.get(3));
      byte[] foreign = Files.readAllBytes(segments.get(5));
      foreign[24] ^= 1;
      Files.write(folder.resolve(FOREIGN), foreign);
      Files.write(folder.resolve(BROKEN), new byte[] {31, (byte) 139, 8, 0, 1, 2, 3});
      Files.write(folder.resolve(LZ4), new byte[100]);
      Files.writeString(folder.resolve("notes.txt"), "not WAL\n");
      HostCommand.run("chmod", "-R", "a+rX", folder.toString());
      assertThat(folder.resolve("00000002.history")).exists();
    }

    /** Takes one of the middle away; its name. */
    String takeAway() throws IOException {
      List<Path> segments = segments();
      Path held = segments.get(segments.size() / 2);
      Files.move(held, aside.resolve(held.getFileName()));
      return held.getFileName().toString();
    }

    /** The one that was away comes back, what did not belong there goes. */
    void giveBack() throws IOException {
      for (Path file : files(aside)) {
        Files.move(file, folder.resolve(file.getFileName()));
      }
      Files.delete(folder.resolve(FOREIGN));
      Files.delete(folder.resolve(BROKEN));
    }

    /** Of the first timeline, in order. */
    private List<Path> segments() throws IOException {
      return files(folder).stream()
          .filter(file -> file.getFileName().toString().matches("00000001[0-9A-F]{16}"))
          .sorted()
          .toList();
    }

    private static List<Path> files(Path of) throws IOException {
      try (Stream<Path> all = Files.list(of)) {
        return all.toList();
      }
    }

    private static void gzip(Path file) {
      HostCommand.run("gzip", file.toString());
    }

    private static void zstd(Path file) throws IOException {
      Files.write(
          file.resolveSibling(file.getFileName() + ".zst"),
          Zstd.compress(Files.readAllBytes(file)));
      Files.delete(file);
    }

    @Override
    public void close() {
      FileTrees.delete(folder.resolveSibling(""));
    }
  }
}
