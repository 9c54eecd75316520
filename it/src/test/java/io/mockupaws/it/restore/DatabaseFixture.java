package io.mockupaws.it.restore;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.database.DatabaseListener;
import io.mockupaws.engine.database.DatabaseProgress;
import io.mockupaws.engine.database.DatabaseRequest;
import io.mockupaws.engine.database.DatabaseRestores;
import io.mockupaws.engine.database.DatabaseResult;
import io.mockupaws.engine.database.Omissions;
import io.mockupaws.engine.database.Way;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.RestoreProgress;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.Program;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A live server with a shop that was ruined after a named moment, and a place for scratch servers.
 */
final class DatabaseFixture implements AutoCloseable {
  static final String MOMENT = "before_the_mistake";

  private final Path place;
  private final DebianCluster live;
  private final ProtectedCluster cluster;
  private final String wanted;
  private final List<List<String>> properties;

  DatabaseFixture() {
    place = temporary();
    live = DebianCluster.create();
    Shop.create(live.login());
    cluster = new ProtectedCluster(live.login(), repository());
    cluster.backup();
    try (Sql sql = live.login().sql(Shop.NAME)) {
      sql.run("INSERT INTO app.items (name, price) VALUES ('after the backup', 5)");
    }
    wanted = Shop.dump(live.login(), Shop.NAME);
    properties = Shop.properties(live.login(), Shop.NAME);
    live.run("SELECT pg_create_restore_point('" + MOMENT + "')");
    Shop.ruin(live.login());
    cluster.awaitDurable();
  }

  private Store repository() {
    return Stores.create(
        StoreAddress.parse("file://" + place.resolve("repository")), StoreOptions.none());
  }

  /** The server's user must get through; nobody else looks around. */
  private static Path temporary() {
    try {
      Path folder = Files.createTempDirectory("maw-it-");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      Files.setPosixFilePermissions(
          Files.createDirectory(folder.resolve("t")), PosixFilePermissions.fromString("rwx--x--x"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ServerLogin admin() {
    return live.login();
  }

  ServerLogin owner() {
    return live.login().as(Shop.OWNER, Shop.PASSWORD);
  }

  /** What the shop was at the moment, as PostgreSQL dumps it. */
  String wanted() {
    return wanted;
  }

  /** What it was beside its content. */
  List<List<String>> properties() {
    return properties;
  }

  /** Where scratch servers live. */
  Path temporaryFolder() {
    return place.resolve("t");
  }

  /** What scratch servers left. */
  List<Path> leftovers() {
    try (Stream<Path> entries = Files.list(temporaryFolder())) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> databases() {
    try (Sql sql = admin().sql("postgres")) {
      return sql.column("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1");
    }
  }

  /** The command line, for a user of this host who knows the repository and its key. */
  Program program() {
    return Program.as(HostUser.current(), DebianCluster.BINARIES)
        .with(
            Map.of(
                "BACKUP_REPOSITORY",
                "file://" + place.resolve("repository"),
                "BACKUP_ENCRYPTION_KEY",
                ProtectedCluster.SECRET));
  }

  DatabaseRequest request(ServerLogin login, String database, Way way) {
    return new DatabaseRequest(
        ServerAddress.parse(login.url(database), Map.of()),
        Shop.NAME,
        way,
        false,
        Omissions.none(),
        temporaryFolder(),
        directory ->
            RestoreRequest.to(directory, Instant.now())
                .withTarget(new TargetRequest.AtName(MOMENT)));
  }

  static DatabaseRequest disconnecting(DatabaseRequest request) {
    return new DatabaseRequest(
        request.destination(),
        request.source(),
        request.way(),
        true,
        request.omissions(),
        request.temporary(),
        request.recovery());
  }

  static DatabaseRequest omitting(DatabaseRequest request, Omissions omissions) {
    return new DatabaseRequest(
        request.destination(),
        request.source(),
        request.way(),
        request.disconnect(),
        omissions,
        request.temporary(),
        request.recovery());
  }

  DatabaseRestores restores() {
    return new DatabaseRestores(cluster.repository(), InstantSource.system(), new SecureRandom());
  }

  DatabaseResult restore(DatabaseRequest request) {
    return restore(request, new Cancel(), new Nobody());
  }

  DatabaseResult restore(DatabaseRequest request, Cancel cancel, DatabaseListener listener) {
    DatabaseRestores restores = restores();
    return restores.run(restores.plan(request), listener, cancel);
  }

  /** Does not look. */
  static class Nobody implements DatabaseListener {
    @Override
    public void progress(RestoreProgress progress) {}

    @Override
    public void progress(DatabaseProgress progress) {}
  }

  @Override
  public void close() {
    leftovers().forEach(scratch -> StartedServer.kill(scratch.resolve("data")));
    cluster.close();
    live.close();
    FileTrees.delete(place);
  }
}
