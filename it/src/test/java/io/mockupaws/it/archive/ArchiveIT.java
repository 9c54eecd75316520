package io.mockupaws.it.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.FreePort;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server archives by {@code wal push}, and recovers by {@code wal fetch}, as the runbook says.
 */
class ArchiveIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Test
  void archivedAloneAndThroughAStreamAServerRecoversExactly() throws IOException {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder(15).segmentMegabytes(1).setting("archive_mode", "on").start();
        Vault vault = Vault.directory(server.user());
        Protection protection =
            new Protection(
                server.login(), "postgres", vault, server.user(), server.binaries().folder())) {
      protection.initialise("prod");
      Map<String, String> environment = Map.copyOf(vault.environment());
      String spool = protection.operator().home().resolve("spool").toString();
      try (Launcher launcher = launcher(server, environment, spool)) {
        server.run("CREATE TABLE t (id bigserial PRIMARY KEY, x text)");
        insertAndArchive(server);
        Path base = basebackup(server);
        insertAndArchive(server);
        refusesOthers(server, launcher);
        fetchSaysOnlyForSureThatNothingIsThere(server, launcher, environment);
        fetchNeverTakesWhatIsLostOrDamagedForTheEnd(server, launcher, vault);
        Path gone = throughTheStream(server, protection, environment, spool);
        assertThat(failures(server)).isZero();
        assertThat(gone).doesNotExist();
        theStreamIsKilledWhileItHasFiles(server, environment, spool, protection, gone);
        long rows = rows(server.login());
        server.run("CREATE TABLE later AS SELECT 1");
        recover(server, launcher, base, rows, () -> {});
      }
    }
  }

  /** The newer servers, for which there is no client program: a cold copy is as good a base. */
  @ParameterizedTest
  @ValueSource(ints = {16, 17, 18})
  void aServerOfEachVersionArchivesAndRecovers(int major) throws IOException {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder(major)
                .segmentMegabytes(1)
                .setting("archive_mode", "on")
                .start();
        Vault vault = Vault.directory(server.user());
        Protection protection =
            new Protection(
                server.login(), "postgres", vault, server.user(), server.binaries().folder())) {
      protection.initialise("prod");
      String spool = protection.operator().home().resolve("spool").toString();
      try (Launcher launcher = launcher(server, vault.environment(), spool)) {
        server.run("CREATE TABLE t (id bigserial PRIMARY KEY, x text)");
        server.stop();
        Path base = server.dataDirectory().resolveSibling("base-backup");
        HostCommand.run("cp", "-a", server.dataDirectory().toString(), base.toString());
        server.start();
        insertAndArchive(server);
        long rows = rows(server.login());
        server.run("CREATE TABLE later AS SELECT 1");
        recover(
            server,
            launcher,
            base,
            rows,
            () -> {
              if (major == 16) {
                pushesAHistoryFromElsewhere(server, protection, launcher, base, spool);
              }
            });
        assertThat(failures(server)).isZero();
      }
    }
  }

  private static Launcher launcher(
      EmbeddedPostgres server, Map<String, String> environment, String spool) throws IOException {
    Launcher launcher = new Launcher(server.user(), with(environment, spool));
    server.run(
        "ALTER SYSTEM SET archive_command = '" + launcher.command() + " wal push %p'",
        "SELECT pg_reload_conf()");
    return launcher;
  }

  private static Map<String, String> with(Map<String, String> environment, String spool) {
    Map<String, String> all = new java.util.TreeMap<>(environment);
    all.put("BACKUP_SPOOL_DIR", spool);
    return all;
  }

  /** Returns when everything written so far is archived. */
  private static void insertAndArchive(EmbeddedPostgres server) {
    awaitArchived(server, insertAndSwitch(server));
  }

  /** The last segment that is to be archived. */
  private static String insertAndSwitch(EmbeddedPostgres server) {
    try (Sql sql = server.sql("postgres")) {
      sql.run("INSERT INTO t (x) SELECT repeat(md5(i::text), 20) FROM generate_series(1, 2000) i");
      return sql.value("SELECT pg_walfile_name(pg_switch_wal())");
    }
  }

  private static void awaitArchived(EmbeddedPostgres server, String last) {
    try (Sql sql = server.sql("postgres")) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  sql.value(
                          "SELECT coalesce(last_archived_wal >= '%s', false) FROM pg_stat_archiver"
                              .formatted(last))
                      .equals("t"));
    }
  }

  private static long failures(EmbeddedPostgres server) {
    try (Sql sql = server.sql("postgres")) {
      return sql.number("SELECT failed_count FROM pg_stat_archiver");
    }
  }

  private static long rows(ServerLogin login) {
    try (Sql sql = login.sql("postgres")) {
      return sql.number("SELECT count(*) FROM t");
    }
  }

  private static Path basebackup(EmbeddedPostgres server) {
    Path base = server.dataDirectory().resolveSibling("base-backup");
    HostCommand.run(
        server
            .user()
            .command(
                List.of(
                    DebianCluster.BINARIES.resolve("pg_basebackup").toString(),
                    "--wal-method=none",
                    "--checkpoint=fast",
                    "-D",
                    base.toString(),
                    "-d",
                    server.url("postgres"))));
    return base;
  }

  private static void refusesOthers(EmbeddedPostgres server, Launcher launcher) throws IOException {
    try (Sql sql = server.sql("postgres")) {
      String name = sql.value("SELECT last_archived_wal FROM pg_stat_archiver");
      Path folder = server.dataDirectory().resolveSibling("copies");
      Files.createDirectories(folder);
      server.user().own(folder);
      Path copy = folder.resolve(name);
      Launcher.Ended fetched = launcher.run("wal", "fetch", name, copy.toString());
      assertThat(fetched.status()).as(fetched.said()).isZero();
      Launcher.Ended same = launcher.run("wal", "push", copy.toString());
      assertThat(same.status()).as(same.said()).isZero();
      byte[] bytes = Files.readAllBytes(copy);
      bytes[bytes.length / 2] ^= 1;
      Files.write(copy, bytes);
      Launcher.Ended other = launcher.run("wal", "push", copy.toString());
      assertThat(other.status()).isEqualTo(1);
      assertThat(other.said()).contains("MAW505");
    }
  }

  private static void fetchSaysOnlyForSureThatNothingIsThere(
      EmbeddedPostgres server, Launcher launcher, Map<String, String> environment) {
    String to = server.dataDirectory().resolveSibling("copies").resolve("to").toString();
    String behind = "0000000100000001000000AA";
    assertThat(launcher.run("wal", "fetch", behind, to).status()).isEqualTo(1);
    assertThat(launcher.run("wal", "fetch", "00000007.history", to).status()).isEqualTo(1);
    assertThat(launcher.run("wal", "fetch", behind, to, "--nonsense").status()).isEqualTo(200);
    assertThat(launcher.run(Map.of(), "wal", "fetch", behind, to).status()).isEqualTo(200);
    Map<String, String> wrong = new java.util.TreeMap<>(environment);
    wrong.put("BACKUP_ENCRYPTION_KEY", Vault.newKey());
    assertThat(launcher.run(wrong, "wal", "fetch", behind, to).status()).isEqualTo(200);
    wrong.put("BACKUP_REPOSITORY", "file:///nowhere/at/all");
    assertThat(launcher.run(wrong, "wal", "fetch", behind, to).status()).isEqualTo(200);
    Map<String, String> noJava = new java.util.TreeMap<>(environment);
    noJava.put("MOCKUPAWS_JAVA_OPTS", "-Xmx1k");
    assertThat(launcher.run(noJava, "wal", "fetch", behind, to).status()).isEqualTo(200);
  }

  /** Of a segment that has WAL behind it: gone, damaged, and there again. */
  private static void fetchNeverTakesWhatIsLostOrDamagedForTheEnd(
      EmbeddedPostgres server, Launcher launcher, Vault vault) throws IOException {
    Path segments = vault.objects().resolve("clusters/prod/wal/00000001");
    List<Path> stored;
    try (Stream<Path> files = Files.list(segments)) {
      stored = files.sorted().toList();
    }
    Path object = stored.get(stored.size() / 2);
    String name = object.getFileName().toString();
    Path folder = Files.createDirectory(server.dataDirectory().resolveSibling("fetched"));
    server.user().own(folder);
    Path to = folder.resolve("to");
    byte[] whole = Files.readAllBytes(object);
    Files.delete(object);
    Launcher.Ended lost = launcher.run("wal", "fetch", name, to.toString());
    assertThat(lost.status()).as(lost.said()).isEqualTo(200);
    assertThat(lost.said()).contains("MAW503", name);
    byte[] flipped = whole.clone();
    flipped[flipped.length / 2] ^= 1;
    Files.write(object, flipped);
    server.user().own(object);
    Launcher.Ended damaged = launcher.run("wal", "fetch", name, to.toString());
    assertThat(damaged.status()).as(damaged.said()).isEqualTo(200);
    assertThat(damaged.said()).contains("MAW304");
    assertThat(folder).isEmptyDirectory();
    Files.write(object, whole);
    Launcher.Ended again = launcher.run("wal", "fetch", name, to.toString());
    assertThat(again.status()).as(again.said()).isZero();
  }

  /** The program is taken away: only handing over can succeed, and no longer when it ends. */
  private static Path throughTheStream(
      EmbeddedPostgres server, Protection protection, Map<String, String> environment, String spool)
      throws IOException {
    RunningProgram stream = protection.stream();
    Path alive;
    try (Launcher light = launcher(server, environment, spool)) {
      light.removeProgram();
      try (Sql sql = server.sql("postgres")) {
        alive =
            Path.of(
                spool,
                "ask",
                sql.value("SELECT system_identifier::text FROM pg_control_system()"),
                "alive");
      }
      await().atMost(PATIENCE).until(() -> Files.exists(alive));
      insertAndArchive(server);
      insertAndArchive(server);
      stream.stop();
    }
    return alive;
  }

  /**
   * Two clients wait for an answer when the stream dies. The server's does the work itself; one
   * that cannot says so, as PostgreSQL has to be told, and its next try does it.
   */
  private static void theStreamIsKilledWhileItHasFiles(
      EmbeddedPostgres server,
      Map<String, String> environment,
      String spool,
      Protection protection,
      Path alive)
      throws IOException {
    long failures = failures(server);
    RunningProgram stream = protection.stream();
    try (Launcher light = new Launcher(server.user(), with(environment, spool));
        Launcher launcher = launcher(server, environment, spool)) {
      light.removeProgram();
      await().atMost(PATIENCE).until(() -> Files.exists(alive));
      // it answers nobody from here on
      HostCommand.run("kill", "-STOP", String.valueOf(stream.pid()));
      String last = insertAndSwitch(server);
      await().atMost(PATIENCE).until(() -> asked(alive) == 1);
      String waiting = archived(server);
      Path file = server.dataDirectory().resolveSibling("copies").resolve(last);
      Files.copy(server.dataDirectory().resolve("pg_wal").resolve(last), file);
      server.user().own(file);
      CompletableFuture<Launcher.Ended> other =
          CompletableFuture.supplyAsync(() -> light.run("wal", "push", file.toString()));
      await().atMost(PATIENCE).until(() -> asked(alive) == 2);
      assertThat(archived(server)).as("nothing is acknowledged").isEqualTo(waiting);
      stream.kill();

      // its sign of life goes on, so that only its process tells
      Launcher.Ended refused = whileItBeats(alive, other);
      assertThat(refused.status()).as(refused.said()).isEqualTo(1);
      Launcher.Ended late =
          whileItBeats(
              alive,
              CompletableFuture.supplyAsync(() -> light.run("wal", "push", file.toString())));
      assertThat(late.status()).as(late.said()).isEqualTo(1);
      awaitArchived(server, last);
      assertThat(failures(server)).isEqualTo(failures);
      Launcher.Ended again = launcher.run("wal", "push", file.toString());
      assertThat(again.status()).as(again.said()).isZero();
      assertThat(asked(alive)).as("nothing is left of the questions").isZero();
    }
  }

  private static Launcher.Ended whileItBeats(Path alive, CompletableFuture<Launcher.Ended> client) {
    AtomicLong beats = new AtomicLong(1_000_000);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              List<String> lines = new ArrayList<>(Files.readAllLines(alive));
              lines.set(0, Long.toString(beats.incrementAndGet()));
              Path next =
                  Files.writeString(alive.resolveSibling(".next"), String.join("\n", lines) + "\n");
              Files.move(next, alive, StandardCopyOption.ATOMIC_MOVE);
              HostCommand.run("chmod", "0644", alive.toString());
              return client.isDone();
            });
    return client.join();
  }

  private interface Check {
    void run() throws IOException;
  }

  /**
   * As an operator brings a lost history back: from whatever directory, by its path, alone and
   * beside a stream that has the right to write.
   */
  private static void pushesAHistoryFromElsewhere(
      EmbeddedPostgres server, Protection protection, Launcher launcher, Path base, String spool)
      throws IOException {
    Path history = base.resolve("pg_wal/00000002.history");
    Path fetched = Files.createTempFile("mockupaws-it-", ".history");
    server.user().own(fetched);
    RunningProgram stream = protection.stream();
    try (Launcher light = new Launcher(server.user(), with(Map.of(), spool))) {
      light.removeProgram();
      await().atMost(PATIENCE).until(() -> asks(Path.of(spool)));
      Launcher.Ended pushed = light.run("wal", "push", history.toString());
      assertThat(pushed.status()).as(pushed.said()).isZero();
    }
    stream.stop();
    Launcher.Ended again = launcher.run("wal", "push", history.toString());
    assertThat(again.status()).as(again.said()).isZero();
    Launcher.Ended there = launcher.run("wal", "fetch", "00000002.history", fetched.toString());
    assertThat(there.status()).as(there.said()).isZero();
    assertThat(fetched).hasSameBinaryContentAs(history);
    Files.delete(fetched);
  }

  private static boolean asks(Path spool) throws IOException {
    try (Stream<Path> files = Files.walk(spool.resolve("ask"))) {
      return files.anyMatch(file -> file.endsWith("alive"));
    } catch (NoSuchFileException | java.io.UncheckedIOException e) {
      return false; // it begins, or writes at this moment
    }
  }

  private static long asked(Path alive) throws IOException {
    try (Stream<Path> files = Files.list(alive.resolveSibling(""))) {
      return files.filter(file -> file.toString().endsWith(".ask")).count();
    }
  }

  private static String archived(EmbeddedPostgres server) {
    try (Sql sql = server.sql("postgres")) {
      return sql.value("SELECT last_archived_wal FROM pg_stat_archiver");
    }
  }

  /** The runbook: a base backup, {@code recovery.signal}, {@code restore_command}. */
  private static void recover(
      EmbeddedPostgres server, Launcher launcher, Path base, long rows, Check recovered)
      throws IOException {
    int port = FreePort.find();
    Files.writeString(
        base.resolve("postgresql.auto.conf"),
        "\nport = %d\narchive_mode = off\nrestore_command = '%s wal fetch %%f %%p'\n"
            .formatted(port, launcher.command()),
        StandardOpenOption.APPEND);
    Path signal = Files.createFile(base.resolve("recovery.signal"));
    server.user().own(signal);
    try {
      HostCommand.run(
          server
              .user()
              .command(
                  List.of(
                      server.binaries().folder().resolve("pg_ctl").toString(),
                      "start",
                      "-w",
                      "-D",
                      base.toString(),
                      "-l",
                      base.resolve("recovery.log").toString())));
      try (Sql sql = server.login().at(port).sql("postgres")) {
        await().atMost(PATIENCE).until(() -> sql.value("SELECT pg_is_in_recovery()").equals("f"));
      }
      assertThat(rows(server.login().at(port))).isEqualTo(rows);
      recovered.run();
    } finally {
      StartedServer.kill(base);
      FileTrees.delete(base);
    }
  }
}
