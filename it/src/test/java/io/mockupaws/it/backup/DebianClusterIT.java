package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.FileEntry.Origin;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster whose configuration lies in {@code /etc/postgresql}. */
class DebianClusterIT {
  private static DebianCluster cluster;
  private static Path elsewhere;

  @BeforeAll
  static void makeCluster() throws IOException {
    cluster = DebianCluster.create("--data-checksums");
    elsewhere = Files.createTempDirectory("mockupaws-elsewhere-");
    HostCommand.run("chmod", "755", elsewhere.toString());
    Files.writeString(elsewhere.resolve("common.conf"), "work_mem = '5MB'\n");
    Files.writeString(elsewhere.resolve("server.crt"), "no certificate, ssl is off\n");
    cluster.configure(
        "include '" + elsewhere.resolve("common.conf") + "'",
        "include_if_exists 'nothing.conf'",
        "ssl = off",
        "ssl_cert_file = '" + elsewhere.resolve("server.crt") + "'");
    cluster.run("CREATE TABLE t AS SELECT generate_series(1, 10000) n", "CHECKPOINT");
  }

  @AfterAll
  static void dropCluster() {
    cluster.close();
    FileTrees.delete(elsewhere);
  }

  private static ServerLogin role() {
    return cluster.login().as("maw", "a password");
  }

  private static Initialisation initialisation() {
    return new Initialisation(
        ServerAddress.parse(role().url("postgres"), Map.of()), "mockupaws_it");
  }

  private static void makeRole() {
    initialisation().makeRole(ServerAddress.parse(cluster.login().url("postgres"), Map.of()));
  }

  private static Map<String, Integer> externals(Bench bench, BackupResult backup) {
    Map<String, Integer> externals = new TreeMap<>();
    for (FileEntry file : bench.files(backup.id()).values()) {
      if (file.origin() == Origin.EXTERNAL) {
        externals.put(file.path(), file.crc32c().orElseThrow());
      }
    }
    return externals;
  }

  private static Map<String, Integer> expected() throws IOException {
    Map<String, Integer> expected = new TreeMap<>();
    Path etc = cluster.configurationDirectory();
    for (Path file :
        new Path[] {
          etc.resolve("postgresql.conf"),
          etc.resolve("pg_hba.conf"),
          etc.resolve("pg_ident.conf"),
          etc.resolve("conf.d/it.conf"),
          etc.resolve("environment"),
          etc.resolve("pg_ctl.conf"),
          etc.resolve("start.conf"),
          elsewhere.resolve("common.conf"),
          elsewhere.resolve("server.crt")
        }) {
      CRC32C crc = new CRC32C();
      crc.update(Files.readAllBytes(file));
      expected.put(file.toString(), (int) crc.getValue());
    }
    return expected;
  }

  @Test
  void configurationOutsideTheDataDirectoryBelongsToTheBackup() throws IOException {
    makeRole();
    Bench bench = Bench.of(role().url("postgres"));
    for (Reading reading : new Reading[] {Reading.SQL, Reading.DIRECT}) {
      BackupResult backup = bench.take(reading);
      assertThat(externals(bench, backup)).isEqualTo(expected());
      assertThat(backup.warnings()).isEmpty();
    }
  }

  @Test
  void withoutTheRightToReadItTheBackupSaysSo() {
    makeRole();
    cluster.run("REVOKE pg_read_server_files FROM maw");
    Bench bench = Bench.of(role().url("postgres"));
    BackupResult backup = bench.take(Reading.SQL);
    assertThat(externals(bench, backup)).isEmpty();
    assertThat(backup.isSound()).isTrue();
    assertThat(backup.warnings())
        .anyMatch(
            warning ->
                warning.contains(cluster.configurationDirectory() + "/postgresql.conf")
                    && warning.contains("GRANT pg_read_server_files TO \"maw\";"));
    assertThat(initialisation().check())
        .anyMatch(finding -> finding.remedy().contains("GRANT pg_read_server_files"));
  }

  /** PostgreSQL's own base backup takes the same files and leaves out the same. */
  @Test
  void takesWhatPgBasebackupTakes() throws IOException {
    Path target = Files.createTempDirectory("mockupaws-basebackup-");
    try {
      HostCommand.run("chown", "postgres", target.toString());
      String url = cluster.login().url("postgres");
      cluster.run("CREATE UNLOGGED TABLE IF NOT EXISTS u AS SELECT 1 n");
      HostCommand.run(
          "runuser",
          "-u",
          "postgres",
          "--",
          DebianCluster.BINARIES.resolve("pg_basebackup").toString(),
          "--checkpoint=fast",
          "--wal-method=none",
          "--pgdata=" + target.resolve("data"),
          "--dbname=" + url);
      Bench bench = Bench.of(url);
      BackupResult backup = bench.take(Reading.SQL);
      Set<String> ours =
          bench.files(backup.id()).values().stream()
              .filter(file -> file.origin() == Origin.DATA)
              .map(FileEntry::path)
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> directories = bench.directories(backup.id()).keySet();
      assertThat(ours).isEqualTo(theirs(target.resolve("data"), Files::isRegularFile));
      assertThat(directories).isEqualTo(theirs(target.resolve("data"), Files::isDirectory));
    } finally {
      FileTrees.delete(target);
    }
  }

  private static Set<String> theirs(Path data, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(wanted)
          .map(file -> data.relativize(file).toString())
          .filter(path -> !path.isEmpty())
          .filter(path -> !path.equals("backup_label") && !path.equals("backup_manifest"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
