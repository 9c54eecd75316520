package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.FileEntry;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.ReadMode;
import io.mockupaws.it.support.EveryVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the server reads for us over SQL is what lies in its directory. */
class ReadModesIT {
  /** What two backups of a server at rest may differ in: the first one's checkpoint is in it. */
  private static final Set<String> CHANGING = Set.of("global/pg_control");

  @EveryVersion
  void bothModesTakeTheSame(int major) throws IOException {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder(major)
                .setting("autovacuum", "off")
                .setting("logging_collector", "off")
                .groupAccess()
                .start();
        Sql temporary = server.sql("postgres")) {
      Path space = tablespace(server);
      fill(server, temporary, space);
      strewFiles(server);
      Bench bench = Bench.of(server.url("postgres"));
      bench.take(Reading.SQL); // its checkpoint settles what was written before

      BackupResult sql = bench.take(Reading.SQL);
      BackupResult direct = bench.take(Reading.DIRECT);
      assertThat(sql.mode()).isEqualTo(ReadMode.SQL);
      assertThat(direct.mode()).isEqualTo(ReadMode.DIRECT);
      assertThat(sql.isSound()).isTrue();
      assertThat(direct.isSound()).isTrue();

      assertThat(described(bench.files(sql.id()))).isEqualTo(described(bench.files(direct.id())));
      assertThat(bench.directories(sql.id())).isEqualTo(bench.directories(direct.id()));
      assertComplete(server, bench, sql);
    }
  }

  private static Path tablespace(EmbeddedPostgres server) throws IOException {
    Path space = Files.createDirectory(server.dataDirectory().resolveSibling("space"));
    server.user().own(space);
    return space;
  }

  private static void fill(EmbeddedPostgres server, Sql temporary, Path space) {
    server.run(
        "CREATE TABLE big AS SELECT n, repeat(md5(n::text), 10) FROM generate_series(1, 40000) n",
        "CREATE INDEX ON big (n)",
        "CREATE UNLOGGED TABLE forgettable AS SELECT generate_series(1, 1000) n",
        "CREATE TABLESPACE elsewhere LOCATION '" + space + "'",
        "CREATE TABLE there TABLESPACE elsewhere AS SELECT generate_series(1, 1000) n",
        "CREATE UNLOGGED TABLE forgettable_there TABLESPACE elsewhere AS SELECT 1 n",
        "CREATE TABLE empty (n int)",
        "VACUUM (ANALYZE) big",
        "CREATE DATABASE other");
    temporary.run("CREATE TEMP TABLE passing AS SELECT generate_series(1, 10000) n");
  }

  /** Of what must be left out, and of what an operator might have put there. */
  private static void strewFiles(EmbeddedPostgres server) throws IOException {
    for (String name :
        List.of(
            "backup_label.old",
            "tablespace_map.old",
            "backup_manifest",
            "postgresql.auto.conf.tmp",
            "current_logfiles.tmp",
            "base/pgsql_tmp/pgsql_tmp1.0",
            "pgsql_tmp_stray",
            "pg_stat_tmp/something",
            "pg_replslot/stray/state",
            "pg_notify/0000",
            "notes/read me",
            "notes/it's 100% odd \\ name",
            "notes/deep/er/file")) {
      Path file = server.dataDirectory().resolve(name);
      for (Path made : missingParents(file)) {
        give(server, Files.createDirectory(made), "rwxr-x---");
      }
      give(server, Files.writeString(file, "content of " + name), "rw-r-----");
    }
  }

  /** With the permissions that the server gives its own: over SQL no others are known. */
  private static void give(EmbeddedPostgres server, Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    server.user().own(path);
  }

  private static List<Path> missingParents(Path file) {
    List<Path> missing = new ArrayList<>();
    for (Path parent = file.getParent();
        parent != null && !Files.exists(parent);
        parent = parent.getParent()) {
      missing.addFirst(parent);
    }
    return missing;
  }

  private static Map<String, String> described(Map<String, FileEntry> files) {
    Map<String, String> described = new TreeMap<>();
    files.forEach(
        (path, file) -> {
          String content =
              CHANGING.contains(path) ? "" : " " + Integer.toHexString(file.crc32c().orElseThrow());
          described.put(path, file.size() + content + " " + Integer.toOctalString(file.mode()));
        });
    return described;
  }

  private static void assertComplete(EmbeddedPostgres server, Bench bench, BackupResult backup) {
    Set<String> paths = new TreeSet<>(bench.files(backup.id()).keySet());
    assertThat(paths)
        .contains(
            "PG_VERSION",
            "global/pg_control",
            "global/pg_filenode.map",
            "postgresql.conf",
            "pg_xact/0000",
            "notes/read me",
            "notes/it's 100% odd \\ name",
            "notes/deep/er/file")
        .doesNotContain("postmaster.pid", "postmaster.opts", "pgsql_tmp_stray")
        .noneMatch(path -> path.startsWith("pg_wal/"))
        .noneMatch(path -> path.endsWith("_manifest") || path.endsWith(".old"))
        .noneMatch(path -> path.contains("pgsql_tmp") || path.contains("pg_internal.init"))
        .noneMatch(path -> path.matches(".*/t[0-9]+_[0-9]+.*"))
        .noneMatch(path -> path.startsWith("pg_stat_tmp/") || path.startsWith("pg_replslot/"))
        .noneMatch(path -> path.startsWith("pg_notify/") || path.startsWith("pg_subtrans/"));
    try (Sql sql = server.sql("postgres")) {
      for (String table : List.of("big", "big_n_idx", "there", "empty")) {
        assertThat(paths).contains(sql.value("SELECT pg_relation_filepath('" + table + "')"));
      }
      for (String table : List.of("forgettable", "forgettable_there")) {
        String path = sql.value("SELECT pg_relation_filepath('" + table + "')");
        assertThat(paths).contains(path + "_init").doesNotContain(path);
      }
    }
    assertThat(bench.directories(backup.id()))
        .containsKeys("pg_wal", "pg_wal/archive_status", "pg_notify", "pg_replslot", "pg_subtrans")
        .containsEntry("base", 0750);
    assertThat(bench.cluster().manifest(backup.id()).head().tablespaces())
        .singleElement()
        .satisfies(space -> assertThat(space.name()).isEqualTo("elsewhere"));
  }
}
