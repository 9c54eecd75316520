package io.mockupaws.it.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.FreePort;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Listing;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.Vault;
import io.mockupaws.store.S3Credentials;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A server whose WAL lies plainly in a bucket, and nobody streamed, crashes: the repository ends
 * with the backup, the bucket goes on from there, and the newest commits lie in its directory
 * alone. Every way over what is there brings all three together.
 */
class WalSourceIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SOURCE = "s3://mockupaws-it/wal";

  @EveryVersion
  void overACrashedServersDirectoryNoCommitIsLost(int major) throws IOException {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder(major)
                .segmentMegabytes(1)
                .setting("autovacuum", "off")
                .setting("archive_mode", "on")
                .setting("max_wal_size", "2MB")
                .setting("min_wal_size", "2MB")
                .setting("wal_keep_size", "0")
                .start();
        Vault vault = Vault.bucket();
        Protection protection =
            new Protection(
                server.login(), "postgres", vault, server.user(), server.binaries().folder())) {
      Crashed crashed = Crashed.make(server, vault, protection);
      Program operator = protection.operator();
      Listing before = vault.listing();
      // Each way on one version or two; into a database where there are client programs.
      switch (major) {
        case 15 -> inPlace(operator, server, crashed);
        case 16 -> {
          over(operator, crashed, "--delta");
          withoutTheSource(operator, crashed);
        }
        case 17 -> over(operator, crashed, "--force");
        default -> {
          refused(operator, crashed);
          over(operator, crashed, "--delta");
        }
      }
      assertThat(before.differencesOf(vault.listing()))
          .as("but for what the recoveries took")
          .isNotEmpty()
          .allMatch(object -> object.contains("/measured/"));
    }
  }

  /**
   * What is left.
   *
   * @param middle a position that the archive alone reaches, behind two rows
   * @param lastXid of the last commit, which the directory alone has
   * @param archive the archive as it lay before it was sent to the bucket
   */
  private record Crashed(
      EmbeddedPostgres server, String middle, String lastXid, Path archive, Path copies) {

    /** Seven rows: one in the backup, four more in the archive, two in the directory alone. */
    static Crashed make(EmbeddedPostgres server, Vault vault, Protection protection)
        throws IOException {
      Path copies = server.dataDirectory().resolveSibling("copies");
      Path archive = copies.resolve("archive");
      Files.createDirectories(archive);
      HostCommand.run("chown", "-R", server.user().uid() + ":" + server.user().gid(), copies + "");
      server.run(
          "ALTER SYSTEM SET archive_command = 'cp %p " + archive + "/%f'",
          "SELECT pg_reload_conf()",
          "CREATE TABLE t (i int)",
          "INSERT INTO t VALUES (1)");
      protection.initialise("prod");
      protection.operator().answer("backup");
      server.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
      insert(server, 2);
      String middle = value(server, "SELECT pg_current_wal_insert_lsn()");
      for (int row = 3; row <= 5; row++) {
        insert(server, row);
        archived(server, value(server, "SELECT pg_walfile_name(pg_switch_wal())"), archive);
        server.run("CHECKPOINT");
      }
      server.run("ALTER SYSTEM SET archive_command = '/bin/false'", "SELECT pg_reload_conf()");
      insert(server, 6);
      insert(server, 7);
      String xid = value(server, "SELECT xmin FROM t WHERE i = 7");
      server.kill();
      send(archive, vault);
      return new Crashed(server, middle, xid, archive, copies);
    }

    /** As it was found, and the name of a copy. */
    Path copy(String name) {
      Path copy = copies.resolve(name);
      HostCommand.run("cp", "-a", server.dataDirectory().toString(), copy.toString());
      return copy;
    }

    private static void insert(EmbeddedPostgres server, int row) {
      server.run(
          "INSERT INTO t VALUES (" + row + ")",
          "SELECT pg_logical_emit_message(false, '', repeat('x', 900000))");
    }

    private static String value(EmbeddedPostgres server, String query) {
      try (Sql sql = server.sql("postgres")) {
        return sql.value(query);
      }
    }

    private static void archived(EmbeddedPostgres server, String last, Path archive) {
      await().atMost(PATIENCE).until(() -> Files.exists(archive.resolve(last)));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  value(
                          server,
                          "SELECT coalesce(last_archived_wal >= '%s', false) FROM pg_stat_archiver"
                              .formatted(last))
                      .equals("t"));
    }

    private static void send(Path archive, Vault vault) throws IOException {
      Map<String, String> environment = vault.environment();
      StoreOptions options =
          StoreOptions.none()
              .withEndpoint(URI.create(environment.getOrDefault("AWS_ENDPOINT_URL_S3", "")))
              .withCredentials(
                  new S3Credentials(
                      environment.getOrDefault("AWS_ACCESS_KEY_ID", ""),
                      environment.getOrDefault("AWS_SECRET_ACCESS_KEY", ""),
                      Optional.empty()));
      try (Store bucket = Stores.create(StoreAddress.parse(SOURCE), options);
          Stream<Path> files = Files.list(archive)) {
        for (Path file : files.toList()) {
          bucket.create(ObjectKey.of(file.getFileName().toString()), Files.readAllBytes(file));
        }
      }
    }
  }

  /** An archive in the directory that is to be emptied would be gone before it was needed. */
  private static void refused(Program operator, Crashed crashed) {
    Path copy = crashed.copy("refused");
    Path inside = copy.resolve("archive");
    HostCommand.run("cp", "-a", crashed.archive().toString(), inside.toString());
    for (String how : List.of("--delta", "--force")) {
      Outcome refused = operator.run(restore(copy, how, "--wal-source", inside.toString()));
      assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW609");
      assertThat(refused.errorMessage()).contains("the WAL source");
    }
    assertThat(copy.resolve("global/pg_control")).exists();
    FileTrees.delete(copy);
  }

  /** The newest commits cannot be reached, so they are kept, and it is said. */
  private static void withoutTheSource(Program operator, Crashed crashed) {
    Path copy = crashed.copy("without");
    Listing wal = Listing.of(copy.resolve("pg_wal"));
    Outcome dry = operator.run(restore(copy, "--delta", "--dry-run"));
    assertThat(dry.status()).as(dry.told()).isEqualTo(3);
    Outcome done = operator.run(restore(copy, "--delta"));
    assertThat(done.status()).as(done.told()).isEqualTo(3);
    assertThat(done.json().findValuesAsString("behindGap")).containsExactly("true");
    Path kept = Path.of(done.json().path("restored").path("keptWal").asString());
    assertThat(Listing.of(kept).files().keySet())
        .containsExactlyInAnyOrderElementsOf(
            wal.files().keySet().stream().filter(path -> !path.contains("/")).toList());
  }

  private static void over(Program operator, Crashed crashed, String how) {
    Path copy = crashed.copy(how.substring(2));
    int port = FreePort.find();
    String[] command =
        restore(copy, how, "--wal-source", SOURCE, "--start", "--port", Integer.toString(port));
    try {
      JsonNode plan = operator.answer(with(command, "--dry-run"));
      assertThat(plan.path("walSource").path("segments").asInt()).isGreaterThan(2);
      assertThat(plan.path("walSource").path("ofTarget").asInt()).isPositive();
      assertThat(plan.path("lastCommitXid").asString()).isEqualTo(crashed.lastXid());
      JsonNode done = operator.answer(command);
      assertThat(done.path("restored").path("keptWal").asString()).as(done + "").isNotEmpty();
      assertRows(crashed.server().login().at(port), "postgres", 7);
    } finally {
      StartedServer.kill(copy);
    }
  }

  /** To the server's own directory, which is not named; then a database beside what came back. */
  private static void inPlace(Program operator, EmbeddedPostgres server, Crashed crashed) {
    int port = FreePort.find();
    try {
      JsonNode done =
          operator.answer(
              "restore", "--in-place", "--wal-source", SOURCE, "--start", "--port", port + "");
      assertThat(done.path("lastCommitXid").asString()).isEqualTo(crashed.lastXid());
      Path old = Path.of(done.path("restored").path("oldDirectory").asString());
      assertThat(old.resolve("global/pg_control")).exists();
      assertRows(server.login().at(port), "postgres", 7);
      intoADatabase(operator, server.login().at(port), crashed);
    } finally {
      StartedServer.kill(server.dataDirectory());
    }
  }

  private static void intoADatabase(Program operator, ServerLogin destination, Crashed crashed) {
    try (Sql sql = destination.sql("postgres")) {
      sql.run("CREATE DATABASE back");
    }
    operator.with("BACK", destination.url("back"));
    String[] command = {"restore", "--to-database", "${BACK}", "--database", "postgres"};
    JsonNode done =
        operator.answer(with(command, "--target-lsn", crashed.middle(), "--wal-source", SOURCE));
    assertThat(done.path("walSource").path("segments").asInt()).isPositive();
    assertRows(destination, "back", 2);
    assertRows(destination, "postgres", 7);
  }

  private static void assertRows(ServerLogin login, String database, int rows) {
    try (Sql sql = login.sql(database)) {
      List<String> expected = new ArrayList<>();
      for (int row = 1; row <= rows; row++) {
        expected.add(Integer.toString(row));
      }
      assertThat(sql.column("SELECT i FROM t ORDER BY i")).isEqualTo(expected);
    }
  }

  private static String[] restore(Path directory, String... more) {
    return with(new String[] {"restore", "--to-dir", directory.toString()}, more);
  }

  private static String[] with(String[] command, String... more) {
    return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
  }
}
