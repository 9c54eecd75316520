package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.Amcheck;
import io.mockupaws.it.support.Contents;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.FileHashes;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Tree;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A drill beside the live server, by the user who may write the live server's files, with
 * tablespaces made before and after the backup: replay names their live paths.
 */
class TablespaceDrillIT {

  private static final HostUser OWNER = HostUser.forServers();

  @EveryVersion
  void theLiveServersFilesAreUntouched(int major) throws IOException {
    Path place = Files.createTempDirectory("mockupaws-it-tablespaces-");
    OWNER.own(place);
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder(major).setting("autovacuum", "off").start();
        Vault vault = Vault.directory(OWNER)) {
      protect(server, vault, place);
      // Reading sets hint bits and so dirties pages: first read, then write them out, then look.
      Contents contents = Contents.of(server.login());
      server.run("CHECKPOINT");
      FileHashes data = FileHashes.of(server.dataDirectory().resolve("base"));
      FileHashes tablespaces = FileHashes.of(place);
      assertThat(tablespaces.byPath()).hasSizeGreaterThan(5);

      drill(server, vault, contents);

      Path base = server.dataDirectory().resolve("base");
      assertThat(tablespaces.differencesOf(FileHashes.of(place))).isEmpty();
      assertThat(data.differencesOf(FileHashes.of(base))).isEmpty();
      server.restart();
      assertThat(contents.differencesOf(Contents.of(server.login()))).isEmpty();
    } finally {
      FileTrees.delete(place);
    }
  }

  private static void protect(EmbeddedPostgres server, Vault vault, Path place) throws IOException {
    try (Protection protection =
        new Protection(server.login(), "postgres", vault, OWNER, server.binaries().folder())) {
      createTablespace(server, place, "early");
      createTablespace(server, place, "dropped_later");
      protection.initialise("prod");
      RunningProgram stream = protection.stream();
      protection.operator().answer("backup");
      createTablespace(server, place, "late");
      createTablespace(server, place, "gone");
      server.run(
          "CREATE DATABASE far TABLESPACE late",
          "INSERT INTO in_early SELECT n, md5(n::text) FROM generate_series(1, 500) AS n",
          "DROP TABLE in_gone",
          "DROP TABLESPACE gone",
          "DROP TABLE in_dropped_later",
          "DROP TABLESPACE dropped_later",
          "ALTER TABLE in_late SET TABLESPACE early",
          "CREATE TABLE late_too TABLESPACE late AS SELECT * FROM in_late");
      protection.awaitDurable(stream);
      assertThat(stream.stop().status()).isZero();
    }
  }

  private static void drill(EmbeddedPostgres server, Vault vault, Contents contents) {
    try (Program newcomer =
            Program.as(OWNER, server.binaries().folder()).with(vault.environment());
        RecoveredServer copy = RecoveredServer.restore(newcomer, server.login(), "latest")) {
      copy.answer();
      assertThat(contents.differencesOf(Contents.of(copy.login()))).isEmpty();
      assertThat(Amcheck.findings(copy.login())).isEmpty();
      assertThat(Tree.links(copy.dataDirectory())).isEmpty();
      write(copy.login());
    }
  }

  /** What a drill's own checks may do: it must not reach the live files either. */
  private static void write(ServerLogin copy) {
    try (Sql sql = copy.sql("postgres")) {
      sql.run(
          "UPDATE in_early SET m = 'overwritten'",
          "UPDATE late_too SET m = 'overwritten'",
          "CREATE TABLE more TABLESPACE late AS SELECT generate_series(1, 1000)",
          "VACUUM FULL late_too",
          "CHECKPOINT");
    }
  }

  private static void createTablespace(EmbeddedPostgres server, Path place, String name)
      throws IOException {
    Path folder = Files.createDirectory(place.resolve(name));
    OWNER.own(folder);
    server.run(
        "CREATE TABLESPACE %s LOCATION '%s'".formatted(name, folder),
        "CREATE TABLE in_%1$s TABLESPACE %1$s AS SELECT n, md5(n::text) AS m FROM generate_series(1, 3000) AS n"
            .formatted(name));
  }
}
