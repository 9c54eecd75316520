package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.Occupied;
import io.mockupaws.engine.restore.Placement;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.Restores;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.FileHashes;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Tablespaces and WAL in directories of their own, and what was there before. */
class PlacesIT {

  /**
   * Beside the live server: tablespaces of the backup and of the WAL go where they were sent; then
   * the same directory is restored again by delta, in place and by force.
   */
  @EveryVersion
  void everythingComesWhereItWasSent(int major) throws IOException {
    Path places = Files.createTempDirectory("mockupaws-it-places-");
    Files.setPosixFilePermissions(places, PosixFilePermissions.fromString("rwxr-xr-x"));
    // a vacuum would change the live files by itself
    try (EmbeddedPostgres live =
            EmbeddedPostgres.builder(major).setting("autovacuum", "off").start();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      tablespaces(live, cluster, places);
      FileHashes before = FileHashes.of(places.resolve("live"));
      Restores restores = cluster.restores();
      refusals(restores, copy, places);
      Placement sent =
          new Placement(
              Occupied.DELTA,
              Map.of(
                  "first",
                  places.resolve("first"),
                  places.resolve("live/second").toString(),
                  places.resolve("second")),
              Optional.of(places.resolve("wal")));
      run(restores, started(live, copy).withPlacement(sent));
      judge(live, copy, places);
      StartedServer.kill(copy.directory());
      RestoreResult again = run(restores, started(live, copy).withPlacement(sent));
      assertThat(again.fetchedBytes()).isLessThan(again.bytes() / 2);
      assertThat(again.keptWal()).isPresent();
      judge(live, copy, places);
      StartedServer.kill(copy.directory());
      overAgain(restores, live, copy);
      assertThat(FileHashes.of(places.resolve("live"))).isEqualTo(before);
    } finally {
      FileTrees.delete(places);
    }
  }

  private static void tablespaces(EmbeddedPostgres live, ProtectedCluster cluster, Path places)
      throws IOException {
    for (String name : new String[] {"live", "live/first", "live/second"}) {
      Files.createDirectory(places.resolve(name));
      live.user().own(places.resolve(name));
    }
    live.run(
        "CREATE TABLESPACE first LOCATION '" + places.resolve("live/first") + "'",
        "CREATE TABLE a TABLESPACE first AS SELECT generate_series(1, 50000) AS i");
    // as a server leaves it that was started by pg_ctl -l log
    live.user().own(Files.writeString(live.dataDirectory().resolve("log"), "a line"));
    cluster.backup();
    live.run(
        "CREATE TABLESPACE second LOCATION '" + places.resolve("live/second") + "'",
        "CREATE TABLE b TABLESPACE second AS SELECT generate_series(1, 700) AS i",
        "CHECKPOINT");
    cluster.awaitDurable();
    cluster.stopStreaming();
  }

  private static void refusals(Restores restores, Copy copy, Path places) throws IOException {
    Path used = Files.createDirectory(places.resolve("used"));
    Files.writeString(used.resolve("mine"), "x");
    assertThat(refused(restores, copy, "first", used)).isEqualTo(ErrorCode.TARGET_NOT_EMPTY);
    assertThat(refused(restores, copy, "none", places.resolve("x"))).isEqualTo(ErrorCode.USAGE);
    assertThat(refused(restores, copy, "first", copy.directory().resolve("in")))
        .isEqualTo(ErrorCode.TARGET_UNSAFE);
    Path liveOne = places.resolve("live/first");
    assertThat(refused(restores, copy, "first", liveOne)).isEqualTo(ErrorCode.TARGET_NOT_EMPTY);
    assertThat(used.resolve("mine")).hasContent("x");
    assertThat(copy.directory()).doesNotExist();
  }

  private static ErrorCode refused(Restores restores, Copy copy, String name, Path directory) {
    Placement placement =
        new Placement(Occupied.REFUSED, Map.of(name, directory), Optional.empty());
    return catchThrowableOfType(
            Failure.class,
            () ->
                restores.plan(
                    RestoreRequest.to(copy.directory(), Instant.now()).withPlacement(placement)))
        .code();
  }

  private static void judge(EmbeddedPostgres live, Copy copy, Path places) throws IOException {
    try (Sql sql = copy.sql(live.login(), "postgres")) {
      assertThat(sql.number("SELECT count(*) FROM a")).isEqualTo(50000);
      assertThat(sql.number("SELECT count(*) FROM b")).isEqualTo(700);
      assertThat(
              sql.column(
                  "SELECT pg_tablespace_location(oid) FROM pg_tablespace"
                      + " WHERE spcname IN ('first', 'second') ORDER BY 1"))
          .containsExactly(places.resolve("first").toString(), places.resolve("second").toString());
    }
    assertThat(copy.directory().resolve("log")).hasContent("a line");
    assertThat(copy.directory().resolve("pg_wal").toRealPath()).isEqualTo(places.resolve("wal"));
    assertThat(Files.getOwner(places.resolve("first"))).isEqualTo(Files.getOwner(copy.directory()));
    assertThat(Files.getPosixFilePermissions(places.resolve("wal")))
        .isEqualTo(Files.getPosixFilePermissions(live.dataDirectory()));
  }

  /** Links that are not named are not followed; the old directory stays where it is asked to. */
  private static void overAgain(Restores restores, EmbeddedPostgres live, Copy copy)
      throws IOException {
    Files.writeString(copy.directory().resolve("mark"), "old");
    RestoreResult inPlace =
        run(
            restores,
            RestoreRequest.to(copy.directory(), Instant.now())
                .withPlacement(Placement.inside().over(Occupied.IN_PLACE)));
    Path old = inPlace.oldDirectory().orElseThrow();
    assertThat(old.resolve("mark")).hasContent("old");
    assertThat(Files.isSymbolicLink(old.resolve("pg_wal"))).isTrue();
    assertThat(copy.directory().resolve("mark")).doesNotExist();
    Files.writeString(copy.directory().resolve("mark"), "new");
    run(restores, started(live, copy).withPlacement(Placement.inside().over(Occupied.FORCE)));
    assertThat(copy.directory().resolve("mark")).doesNotExist();
    try (Sql sql = copy.sql(live.login(), "postgres")) {
      assertThat(sql.number("SELECT count(*) FROM b")).isEqualTo(700);
    }
  }

  private static RestoreRequest started(EmbeddedPostgres live, Copy copy) {
    return RestoreIT.started(live.binaries())
        .apply(RestoreRequest.to(copy.directory(), Instant.now()));
  }

  private static RestoreResult run(Restores restores, RestoreRequest request) {
    return restores.run(restores.plan(request), _ -> {}, new Cancel());
  }
}
