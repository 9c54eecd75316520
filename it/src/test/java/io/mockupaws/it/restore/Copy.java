package io.mockupaws.it.restore;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.RestoreListener;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.Restores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/** A place for one restored copy; server and files go when it is closed. */
final class Copy implements AutoCloseable {
  private final Path place;
  private final ClusterRepository repository;
  private final Restores restores;

  Copy(ClusterRepository repository) {
    this.repository = repository;
    this.restores = new Restores(repository, InstantSource.system());
    try {
      place = Files.createTempDirectory("mockupaws-it-copy-");
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another place for a copy of the same cluster. */
  Copy beside() {
    return new Copy(repository);
  }

  Path directory() {
    return place.resolve("data");
  }

  RestorePlan plan(UnaryOperator<RestoreRequest> wish) {
    return restores.plan(wish.apply(RestoreRequest.to(directory(), Instant.now())));
  }

  RestoreResult restore(UnaryOperator<RestoreRequest> wish) {
    return run(plan(wish));
  }

  RestoreResult run(RestorePlan plan) {
    return run(plan, _ -> {});
  }

  RestoreResult run(RestorePlan plan, RestoreListener listener) {
    return restores.run(plan, listener, new Cancel());
  }

  /** The restored server, by a login of the source. */
  Sql sql(ServerLogin former, String database) {
    return former.at(StartedServer.port(directory()).orElseThrow()).sql(database);
  }

  @Override
  public void close() {
    StartedServer.kill(directory());
    FileTrees.delete(place);
  }
}
