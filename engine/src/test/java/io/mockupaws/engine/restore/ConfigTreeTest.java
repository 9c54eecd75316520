package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTreeTest {
  private static final String DATA = "/var/lib/postgresql/15/main";
  private static final String ETC = "/etc/postgresql/15/main";
  private static final Map<String, String> DEBIAN =
      Map.of(
          "config_file", ETC + "/postgresql.conf",
          "hba_file", ETC + "/pg_hba.conf",
          "ident_file", ETC + "/pg_ident.conf");

  @TempDir Path target;

  /** The lines of Debian's file that matter, in their order and with its comments. */
  @Test
  void debiansConfigurationNoLongerNamesTheLiveCluster() throws IOException {
    put(
        "postgresql.conf",
        """
        data_directory = '/var/lib/postgresql/15/main'\t\t# use data in another directory
        \t\t\t\t\t# (change requires restart)
        hba_file = '/etc/postgresql/15/main/pg_hba.conf'\t# host-based authentication file
        ident_file = '/etc/postgresql/15/main/pg_ident.conf'\t# ident configuration file
        external_pid_file = '/var/run/postgresql/15-main.pid'\t\t\t# write an extra PID file
        #listen_addresses = 'localhost'\t\t# what IP address(es) to listen on;
        port = 5432\t\t\t\t# (change requires restart)
        max_connections = 100\t\t\t# (change requires restart)
        cluster_name = '15/main'\t\t\t# added to process titles if nonempty
        include_dir = 'conf.d'\t\t\t# include files ending in '.conf' from
        """);
    ConfigTree.Settled settled = ConfigTree.settle(target, debian(), Owners.ourself());
    assertThat(Files.readString(target.resolve("postgresql.conf")))
        .isEqualTo(
            """
            #data_directory = '/var/lib/postgresql/15/main'\t\t# use data in another directory\
              # set aside by the restore: it names a place of the source
            \t\t\t\t\t# (change requires restart)
            #hba_file = '/etc/postgresql/15/main/pg_hba.conf'\t# host-based authentication file\
              # set aside by the restore: it names a place of the source
            #ident_file = '/etc/postgresql/15/main/pg_ident.conf'\t# ident configuration file\
              # set aside by the restore: it names a place of the source
            #external_pid_file = '/var/run/postgresql/15-main.pid'\t\t\t# write an extra PID file\
              # set aside by the restore: it names a place of the source
            #listen_addresses = 'localhost'\t\t# what IP address(es) to listen on;
            port = 5432\t\t\t\t# (change requires restart)
            max_connections = 100\t\t\t# (change requires restart)
            cluster_name = '15/main'\t\t\t# added to process titles if nonempty
            include_dir = 'conf.d'\t\t\t# include files ending in '.conf' from
            """);
    assertThat(target.resolve("conf.d")).isEmptyDirectory();
    assertThat(settled.effective())
        .containsOnly(
            Map.entry("port", "5432"),
            Map.entry("max_connections", "100"),
            Map.entry("cluster_name", "15/main"));
  }

  @Test
  void aFileThatNamesNothingOutsideIsLeftAsItIs() throws IOException {
    put(
        "postgresql.conf",
        "port = 5433\r\nshared_buffers=1GB  # \u00e9\n\nnonsense without sense\n");
    byte[] before = Files.readAllBytes(target.resolve("postgresql.conf"));
    ConfigTree.Settled settled = ConfigTree.settle(target, inside(), Owners.ourself());
    assertThat(Files.readAllBytes(target.resolve("postgresql.conf"))).isEqualTo(before);
    assertThat(settled.changed()).isEmpty();
    assertThat(settled.effective()).containsEntry("shared_buffers", "1GB");
  }

  @Test
  void includesLeadToTheSameFilesInsideTheTarget() throws IOException {
    put(
        "postgresql.conf",
        """
        include '/etc/postgresql-common/all.conf'
        include_if_exists = 'local.conf'
        include_if_exists '/etc/not-there.conf'
        include '../shared/memory.conf'
        include_dir '/etc/postgresql/15/main/conf.d'
        """);
    put("external/etc/postgresql-common/all.conf", "work_mem = 1MB\ninclude 'more.conf'\n");
    put("external/etc/postgresql-common/more.conf", "work_mem = 2MB\ndata_directory = '/live'\n");
    put("external/etc/postgresql/15/shared/memory.conf", "shared_buffers = 64MB\n");
    put("conf.d/20-b.conf", "work_mem = 20MB\n");
    put("conf.d/10-a.conf", "work_mem = 10MB\nrecovery_target_time = 'yesterday'\n");
    put("conf.d/.hidden.conf", "work_mem = 99MB\n");
    ConfigTree.Settled settled = ConfigTree.settle(target, debian(), Owners.ourself());
    assertThat(lines("postgresql.conf"))
        .containsExactly(
            "include = 'external/etc/postgresql-common/all.conf'",
            "#include_if_exists = 'local.conf'"
                + "  # set aside by the restore: it is not in the backup",
            "#include_if_exists '/etc/not-there.conf'"
                + "  # set aside by the restore: it is not in the backup",
            "include = 'external/etc/postgresql/15/shared/memory.conf'",
            "include_dir = 'conf.d'");
    assertThat(lines("external/etc/postgresql-common/all.conf"))
        .containsExactly("work_mem = 1MB", "include 'more.conf'");
    assertThat(lines("external/etc/postgresql-common/more.conf").getLast()).startsWith("#data_dir");
    assertThat(lines("conf.d/10-a.conf").getLast()).startsWith("#recovery_target_time");
    assertThat(settled.effective())
        .containsOnly(Map.entry("work_mem", "20MB"), Map.entry("shared_buffers", "64MB"));
  }

  @Test
  void aMissingIncludeIsSetAsideAndTold() throws IOException {
    put("postgresql.conf", "include 'gone.conf'\ninclude_dir '/srv/gone'\n");
    ConfigTree.Settled settled = ConfigTree.settle(target, debian(), Owners.ourself());
    assertThat(lines("postgresql.conf")).allMatch(line -> line.startsWith("#include"));
    assertThat(settled.notes())
        .containsExactly(
            "set aside an include of /etc/postgresql/15/main/gone.conf, which is not in the backup",
            "set aside an include of /srv/gone, which is not in the backup");
  }

  @Test
  void filesThatIncludeEachOtherDoNotGoRound() throws IOException {
    put("postgresql.conf", "include 'a.conf'\n");
    put("a.conf", "include 'postgresql.conf'\nport = 1\n");
    assertThat(ConfigTree.settle(target, inside(), Owners.ourself()).effective())
        .containsEntry("port", "1");
  }

  @Test
  void aDataDirectoryIsSetAsideHoweverItIsWritten() throws IOException {
    put(
        "postgresql.conf",
        "  DATA_Directory='/live'\ndata_directory '/live' # x\ndata_directory=live\n"
            + "Data_Directory\t=\t'/it''s \\'live\\''\n");
    ConfigTree.settle(target, inside(), Owners.ourself());
    assertThat(lines("postgresql.conf")).hasSize(4).allMatch(line -> line.startsWith("#"));
  }

  private static SourcePaths debian() {
    return new SourcePaths(DATA, DEBIAN, Set.of("base", "global", "PG_VERSION"));
  }

  private static SourcePaths inside() {
    return new SourcePaths(DATA, Map.of(), Set.of("base", "postgresql.conf"));
  }

  private java.util.List<String> lines(String name) throws IOException {
    return Files.readAllLines(target.resolve(name));
  }

  private void put(String name, String content) throws IOException {
    Path file = target.resolve(name);
    Files.createDirectories(LocalFiles.parent(file));
    Files.write(file, content.getBytes(StandardCharsets.UTF_8));
  }
}
