package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.EmbeddedPostgresBuilder;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.demo.postgres.PostgresFailure;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestoreProgress;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.TargetAction;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Tree;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** How a recovery may end, and under which settings it runs. */
class EndingsIT {
  private static final String SOCKET = ".s.PGSQL.1";

  @EveryVersion
  void aPausedServerShowsTheMomentAndHasWhatTheWalDemands(int major) {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE TABLE t (i int)");
      cluster.backup();
      live.run(
          "ALTER SYSTEM SET max_connections = 210",
          "ALTER SYSTEM SET max_prepared_transactions = 3");
      live.restart();
      live.run("INSERT INTO t VALUES (1)");
      Lsn end = cluster.awaitDurable();
      live.run("INSERT INTO t VALUES (2)");
      cluster.awaitDurable();
      RestoreResult result =
          copy.restore(
              r ->
                  started(live.binaries())
                      .apply(
                          r.withAction(TargetAction.PAUSE)
                              .withTarget(new TargetRequest.AtLsn(end.plus(-1)))));
      assertThat(result.recovered().orElseThrow().reached().timeline()).isEmpty();
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.value("SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(sql.column("SELECT i FROM t")).containsExactly("1");
        assertThat(sql.value("SHOW max_connections")).isEqualTo("210");
        assertThat(sql.value("SHOW max_prepared_transactions")).isEqualTo("3");
        sql.run("SELECT pg_wal_replay_resume()");
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> sql.value("SELECT pg_is_in_recovery()").equals("f"));
        sql.run("INSERT INTO t VALUES (3)");
        assertThat(sql.column("SELECT i FROM t ORDER BY i")).containsExactly("1", "3");
      }
    }
  }

  @EveryVersion
  void aServerThatIsToShutDownHasEnded(int major) {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      cluster.backup();
      live.run("CREATE TABLE t (i int)");
      cluster.awaitDurable();
      RestoreResult result =
          copy.restore(r -> started(live.binaries()).apply(r.withAction(TargetAction.SHUTDOWN)));
      RestoreResult.Recovered ended = result.recovered().orElseThrow();
      assertThat(ended.reached().pid()).isEmpty();
      assertThat(ended.reached().lsn()).isEqualTo(result.plan().target().recordEnd());
      assertThat(ended.port()).isZero();
      assertThat(StartedServer.isRunning(copy.directory())).isFalse();
    }
  }

  @EveryVersion
  void theOperatorsSettingsAreKeptAndTheFirstStartStillHarmsNobody(int major) throws IOException {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run(
          "ALTER SYSTEM SET archive_mode = 'on'",
          "ALTER SYSTEM SET archive_command = 'false'",
          "ALTER SYSTEM SET work_mem = '9MB'");
      cluster.backup();
      cluster.awaitDurable();
      live.kill();
      copy.restore(r -> started(live.binaries()).apply(r.keepingSettings()));
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.value("SHOW work_mem")).isEqualTo("9MB");
        assertThat(sql.value("SHOW archive_mode")).isEqualTo("off");
      }
      assertThat(Files.readString(copy.directory().resolve("postgresql.auto.conf")))
          .contains("archive_mode = 'on'")
          .doesNotContain("recovery_target");
    }
  }

  /** A server that ends recovery too early says nothing of it: it promotes and takes writes. */
  @EveryVersion
  void aServerThatStopsElsewhereIsFoundOut(int major, @TempDir Path folder) throws IOException {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      cluster.backup();
      live.run("CREATE TABLE t (i int)");
      Lsn early = cluster.awaitDurable();
      live.run("INSERT INTO t VALUES (1)");
      cluster.awaitDurable();
      Path programs = stoppingAt(early, live.binaries(), folder);
      assertThatThrownBy(() -> copy.restore(r -> r.withBinaries(programs).starting()))
          .isInstanceOfSatisfying(
              Failure.class,
              f -> assertThat(f.code()).as(f.what()).isEqualTo(ErrorCode.NOT_REACHED));
      assertThat(StartedServer.isRunning(copy.directory())).isFalse();
    }
  }

  /** A server's program that changes the target in its configuration before it starts. */
  private static Path stoppingAt(Lsn target, PostgresBinaries real, Path folder)
      throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    String script =
        """
        #!/bin/sh
        if [ "$1" = -D ]; then
          sed -i "s|^recovery_target_lsn.*|recovery_target_lsn = '%s'|" "$2/postgresql.auto.conf"
        fi
        exec %s "$@"
        """
            .formatted(target, real.program("postgres"));
    Path program = folder.resolve("postgres");
    Files.writeString(program, script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder;
  }

  @EveryVersion
  void aDirectoryThatWasNotStartedIsStartedByTheCommandGiven(int major) {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE TABLE t AS SELECT 1 AS i");
      cluster.backup();
      cluster.awaitDurable();
      RestoreResult result = copy.restore(r -> r.withBinaries(live.binaries().folder()));
      assertThat(result.recovered()).isEmpty();
      HostCommand.run("/bin/sh", "-c", result.startCommand() + " -w > /dev/null");
      await()
          .atMost(Duration.ofMinutes(2))
          .ignoreException(PostgresFailure.class)
          .untilAsserted(
              () -> {
                try (Sql sql = copy.sql(live.login(), "postgres")) {
                  assertThat(sql.column("SELECT i FROM t")).containsExactly("1");
                }
              });
      HostCommand.run("/bin/sh", "-c", result.stopCommand());
      assertThat(StartedServer.isRunning(copy.directory())).isFalse();
    }
  }

  @EveryVersion
  void progressIsToldPhaseByPhase(int major) {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      cluster.backup();
      cluster.awaitDurable();
      List<RestoreProgress> told = new ArrayList<>();
      copy.run(copy.plan(started(live.binaries())), told::add);
      assertThat(told).extracting(RestoreProgress::phase).isSorted();
      Set<RestoreProgress.Phase> expected = EnumSet.allOf(RestoreProgress.Phase.class);
      // into an empty directory: there is nothing to compare with
      expected.remove(RestoreProgress.Phase.COMPARE);
      assertThat(Set.copyOf(told.stream().map(RestoreProgress::phase).toList()))
          .isEqualTo(expected);
      for (RestoreProgress.Phase phase :
          List.of(
              RestoreProgress.Phase.WAL, RestoreProgress.Phase.FILES, RestoreProgress.Phase.SYNC)) {
        RestoreProgress last =
            told.stream().filter(p -> p.phase() == phase).reduce((_, b) -> b).orElseThrow();
        assertThat(last.done()).as(phase.name()).isEqualTo(last.total()).isPositive();
      }
    }
  }

  /**
   * Tests run as root or not: the owner is whoever may run a server. With group access and without,
   * by both ways of reading; over SQL the server tells one mode, that of its directory.
   */
  @EveryVersion
  void filesAndServerBelongToAUserWhoIsNotRootWithTheModesOfTheSource(int major)
      throws IOException {
    boolean group = major % 2 == 1;
    Reading reading = major < 17 ? Reading.DIRECT : Reading.SQL;
    try (EmbeddedPostgres live = modesServer(major, group);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        ServerSocketChannel socket = special(live, reading);
        Copy copy = new Copy(cluster.repository())) {
      assertThat(socket.isOpen()).isTrue();
      cluster.backup(new BackupRequest(reading, 2, true), BackupProgress.none());
      cluster.awaitDurable();
      RestoreResult result = copy.restore(started(live.binaries()));
      int uid = HostUser.forServers().uid();
      assertThat(uid).isNotZero();
      long pid = result.recovered().orElseThrow().reached().pid().orElseThrow();
      assertThat(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid")).isEqualTo(uid);
      // one that runs would remove files while they are looked at
      StartedServer.kill(copy.directory());
      for (Path file : Tree.of(copy.directory()).keySet()) {
        assertThat(Files.getAttribute(file, "unix:uid")).as(file.toString()).isEqualTo(uid);
        assertMode(live.dataDirectory(), copy.directory(), file, group);
      }
      assertThat(copy.directory().resolve("a-fifo")).doesNotExist();
      assertThat(copy.directory().resolve(SOCKET)).doesNotExist();
    }
  }

  /** A private key that others may read keeps a server from starting. */
  private static EmbeddedPostgres modesServer(int major, boolean group) {
    EmbeddedPostgresBuilder builder = EmbeddedPostgres.builder(major);
    EmbeddedPostgres live = group ? builder.groupAccess().start() : builder.start();
    Path key = live.dataDirectory().resolve("server.key");
    Path certificate = live.dataDirectory().resolve("server.crt");
    HostCommand.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=it -keyout %s -out %s"
            .formatted(key, certificate)
            .split(" ", -1));
    HostCommand.run("chmod", "0600", key.toString());
    HostCommand.run("chmod", group ? "0640" : "0600", certificate.toString());
    live.user().own(key);
    live.user().own(certificate);
    live.run("ALTER SYSTEM SET ssl = 'on'");
    live.restart();
    return live;
  }

  /** What is no file: a socket as servers make it and, where nobody opens it, a FIFO. */
  private static ServerSocketChannel special(EmbeddedPostgres live, Reading reading)
      throws IOException {
    if (reading == Reading.DIRECT) {
      HostCommand.run("mkfifo", live.dataDirectory().resolve("a-fifo").toString());
    }
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(live.dataDirectory().resolve(SOCKET)));
  }

  private static void assertMode(Path live, Path copy, Path file, boolean group)
      throws IOException {
    Path inside = copy.relativize(file);
    if (inside.startsWith("postmaster.pid")
        || inside.toString().startsWith(".s.PGSQL")
        || (inside.startsWith("log") && Files.isRegularFile(file))) {
      return; // the started server's own; a log is 0600 with group access too (log_file_mode)
    }
    Path original = live.resolve(inside.toString());
    boolean ours = !Files.exists(original) || inside.startsWith("pg_wal");
    int usual = (Files.isDirectory(file) ? 0700 : 0600) | groupBits(file, group);
    assertThat(mode(file))
        .as("%s is %o", file, mode(file))
        .isEqualTo(ours ? usual : mode(original));
  }

  private static int groupBits(Path file, boolean group) {
    if (!group) {
      return 0;
    }
    return Files.isDirectory(file) ? 0050 : 0040;
  }

  private static int mode(Path file) throws IOException {
    return (int) Files.getAttribute(file, "unix:mode") & 07777;
  }
}
