package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Debian's own tools judge what was restored. */
class VerificationIT {

  @EveryVersion
  void aRestoredDirectoryIsWholeBeforeItIsStarted(int major) throws IOException {
    PostgresBinaries binaries =
        major == 15
            ? PostgresBinaries.at(15, DebianCluster.BINARIES)
            : PostgresBinaries.embedded(major);
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(binaries).start();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE TABLE t AS SELECT generate_series(1, 100000) AS i");
      cluster.backup();
      live.run("CREATE UNLOGGED TABLE u (i int)", "INSERT INTO t VALUES (0)");
      Lsn wanted;
      try (Sql sql = live.sql("postgres")) {
        wanted = Lsn.parse(sql.value("SELECT pg_current_wal_insert_lsn()")).plus(-1);
      }
      // the last wanted record's segment goes on in the journal
      live.run("INSERT INTO t SELECT generate_series(1, 1000)");
      cluster.awaitDurable();
      RestoreResult result = copy.restore(r -> r.withTarget(new TargetRequest.AtLsn(wanted)));
      if (major == 15) {
        verify(copy.directory());
      }
      onlyWantedWal(result.plan(), copy.directory().resolve("pg_wal"));
    }
  }

  /** Full size, zeros behind the last wanted record, marked as archived. */
  private static void onlyWantedWal(RestorePlan plan, Path wal) throws IOException {
    int size = plan.wal().segmentSize();
    Lsn end = plan.target().recordEnd();
    SegmentName last = SegmentName.containing(plan.wal().timeline(), end.plus(-1), size);
    byte[] content = Files.readAllBytes(wal.resolve(last.fileName()));
    int used = (int) end.minus(last.start());
    assertThat(content).hasSize(size);
    assertThat(Arrays.copyOfRange(content, used, size)).isEqualTo(new byte[size - used]);
    try (Stream<Path> files = Files.list(wal)) {
      assertThat(files.filter(Files::isRegularFile))
          .hasSize((int) plan.wal().segments())
          .allSatisfy(
              file ->
                  assertThat(wal.resolve("archive_status").resolve(file.getFileName() + ".done"))
                      .exists());
    }
  }

  @Test
  void aClusterOfDebianComesWithItsConfigurationInside() throws IOException {
    try (DebianCluster live = DebianCluster.create();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      Files.writeString(
          live.configurationDirectory().resolve("conf.d/ours.conf"), "work_mem = '12MB'\n");
      live.restart();
      live.run("CREATE TABLE t AS SELECT generate_series(1, 1000) AS i");
      cluster.backup();
      cluster.awaitDurable();
      RestoreResult unstarted = copy.restore(r -> r);
      verify(copy.directory());
      assertThat(Files.readString(copy.directory().resolve("postgresql.conf")))
          .contains("#data_directory = '" + live.dataDirectory())
          .contains("#external_pid_file");
      assertThat(unstarted.startCommand()).contains(copy.directory().toString());
      try (Copy second = new Copy(cluster.repository())) {
        second.restore(started(PostgresBinaries.at(15, DebianCluster.BINARIES)));
        try (Sql sql = second.sql(live.login(), "postgres")) {
          assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(1000);
          assertThat(sql.value("SHOW work_mem")).isEqualTo("12MB");
          assertThat(sql.column("SELECT sourcefile FROM pg_settings WHERE sourcefile IS NOT NULL"))
              .allMatch(file -> file.startsWith(second.directory() + "/"));
          assertThat(
                  sql.column(
                      "SELECT name || '=' || setting FROM pg_settings WHERE setting LIKE '/%'"
                          + " AND name <> 'restore_command'"))
              .allMatch(
                  setting ->
                      setting.contains("=" + second.directory())
                          || setting.startsWith("dynamic_library_path")
                          || setting.startsWith("krb_server_keyfile")
                          || setting.startsWith("ssl_"));
        }
      }
    }
  }

  static void verify(Path directory) {
    HostCommand.run(
        List.of(
            "runuser",
            "-u",
            "postgres",
            "--",
            DebianCluster.BINARIES.resolve("pg_verifybackup").toString(),
            directory.toString()));
  }
}
