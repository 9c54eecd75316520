package io.mockupaws.it.restore;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.database.DatabaseRequest;
import io.mockupaws.engine.database.DatabaseRestores;
import io.mockupaws.engine.database.Omissions;
import io.mockupaws.engine.database.Way;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A source for which this host has no client programs, and a destination that is too old for it.
 */
class DatabaseVersionsIT {

  /** Servers alone, as a host that only recovers may have them. */
  @ParameterizedTest
  @ValueSource(ints = {16, 17})
  void aSourceWithoutClientProgramsIsRefusedBeforeAnythingIsRecovered(int major) {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      cluster.backup();
      live.run("CREATE DATABASE fresh");
      assertRefused(
          ErrorCode.NO_CLIENT_TOOLS,
          "pg_dump, pg_restore and psql of PostgreSQL " + major + " are not on this host",
          live.login(),
          live,
          cluster,
          copy);
    }
  }

  @Test
  void aSourceThatCannotBeDumpedHereOrIsNewerIsRefused() {
    try (EmbeddedPostgres live = ProtectedCluster.server(18);
        EmbeddedPostgres older = EmbeddedPostgres.builder(17).start();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      cluster.backup();
      live.run("CREATE DATABASE fresh");
      older.run("CREATE DATABASE fresh");
      assertRefused(
          ErrorCode.NO_CLIENT_TOOLS,
          "of PostgreSQL 18 are not on this host; found 15.",
          live.login(),
          live,
          cluster,
          copy);
      assertRefused(
          ErrorCode.DATABASE_UNFIT,
          "older than the source's 18",
          older.login(),
          live,
          cluster,
          copy);
    }
  }

  private static void assertRefused(
      ErrorCode code,
      String words,
      ServerLogin to,
      EmbeddedPostgres live,
      ProtectedCluster cluster,
      Copy copy) {
    Path temporary = requireNonNull(copy.directory().getParent());
    DatabaseRequest request =
        new DatabaseRequest(
            ServerAddress.parse(to.url("fresh"), Map.of()),
            "postgres",
            Way.EMPTY,
            false,
            Omissions.none(),
            temporary,
            directory ->
                RestoreRequest.to(directory, Instant.now()).withBinaries(live.binaries().folder()));
    assertThatThrownBy(
            () ->
                new DatabaseRestores(
                        cluster.repository(), InstantSource.system(), new SecureRandom())
                    .plan(request))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).as(e.what()).isEqualTo(code);
              assertThat(e.what()).contains(words);
            });
    assertThat(temporary).isEmptyDirectory();
  }
}
