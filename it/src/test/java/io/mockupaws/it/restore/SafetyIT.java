package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.Tree;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A drill beside the live server: nothing outside the copy's directory is touched. */
class SafetyIT {

  @EveryVersion
  void tablespacesOfTheLiveServerStayUntouched(int major) throws IOException {
    try (EmbeddedPostgres live = server(major);
        Locations locations = new Locations(live);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      locations.tablespace("before");
      live.run(
          "CREATE TABLE b (i int) TABLESPACE before",
          "INSERT INTO b SELECT generate_series(1, 5000)");
      cluster.backup();
      locations.tablespace("later");
      locations.tablespace("dropped");
      live.run(
          "CREATE TABLE l (i int) TABLESPACE later",
          "INSERT INTO l SELECT generate_series(1, 7000)",
          "DROP TABLESPACE dropped",
          "CREATE DATABASE there TABLESPACE later",
          "CHECKPOINT");
      cluster.awaitDurable();
      Map<String, Integer> before = locations.contents();
      RestoreResult result = copy.restore(started(live.binaries()));
      assertThat(result.tablespaces()).hasSize(2).anyMatch(t -> t.contains("/later"));
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.number("SELECT count(*) FROM b")).isEqualTo(5000);
        assertThat(sql.number("SELECT count(*) FROM l")).isEqualTo(7000);
        assertThat(
                sql.column(
                    "SELECT pg_tablespace_location(oid) FROM pg_tablespace"
                        + " WHERE spcname IN ('before', 'later')"))
            .allMatch(location -> location.startsWith("pg_tblspc/"));
        sql.run(
            "DELETE FROM b",
            "DELETE FROM l",
            "VACUUM",
            "CREATE TABLE l2 (i int) TABLESPACE later",
            "CHECKPOINT");
      }
      try (Sql sql = copy.sql(live.login(), "there")) {
        sql.run("CREATE TABLE x (i int)", "CHECKPOINT");
      }
      assertThat(locations.contents()).isEqualTo(before);
      assertThat(Tree.links(copy.directory())).isEmpty();
      try (Sql sql = live.sql("postgres")) {
        assertThat(sql.number("SELECT count(*) FROM l")).isEqualTo(7000);
      }
    }
  }

  /** What would change a tablespace by itself between two looks is off. */
  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .setting("wal_level", "replica")
        .setting("autovacuum", "off")
        .setting("checkpoint_timeout", "1d")
        .start();
  }

  /** Directories of tablespaces on this host. */
  private static final class Locations implements AutoCloseable {
    private final EmbeddedPostgres live;
    private final List<Path> places = new ArrayList<>();

    Locations(EmbeddedPostgres live) {
      this.live = live;
    }

    void tablespace(String name) {
      try {
        Path place = Files.createTempDirectory("mockupaws-it-space-").resolve(name);
        Files.createDirectory(place);
        live.user().own(requireNonNull(place.getParent()));
        live.user().own(place);
        places.add(place);
        live.run("CREATE TABLESPACE " + name + " LOCATION '" + place + "'");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Every file with a hash of its content and its time. */
    Map<String, Integer> contents() throws IOException {
      Map<String, Integer> contents = new TreeMap<>();
      for (Path place : places) {
        try (Stream<Path> all = Files.walk(place)) {
          for (Path file : all.toList()) {
            int content =
                Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Arrays.hashCode(Files.readAllBytes(file))
                    : 0;
            contents.put(
                file.toString(), 31 * content + Files.getLastModifiedTime(file).hashCode());
          }
        }
      }
      return contents;
    }

    @Override
    public void close() {
      places.forEach(place -> FileTrees.delete(requireNonNull(place.getParent())));
    }
  }
}
