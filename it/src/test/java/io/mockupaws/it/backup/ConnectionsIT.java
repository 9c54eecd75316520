package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FreePort;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.cluster.ReplicationConnection;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.journal.WalConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to a server, and what is said where one does not lead there. */
@ParameterizedClass
@ValueSource(ints = {15, 16, 17, 18})
class ConnectionsIT {
  @Parameter int major;

  @TempDir private static Path socket;

  @SuppressWarnings("NullAway.Init") // it is made before the tests of a version
  private static EmbeddedPostgres server;

  @BeforeParameterizedClassInvocation
  static void startServer(int major) {
    HostUser.forServers().own(socket);
    server =
        EmbeddedPostgres.builder(major)
            .socket(socket)
            .hba("host replication refused all reject")
            .start();
    server.createRole("refused", "pw", "REPLICATION");
  }

  @AfterParameterizedClassInvocation
  static void stopServer() {
    server.close();
  }

  private static ServerAddress parse(String url) {
    return ServerAddress.parse(url, Map.of());
  }

  private static String place(int port) {
    return ServerLogin.HOST + ":" + port;
  }

  private static void assertFails(Runnable attempt, ErrorCode code, String nextStep) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure.nextStep()).contains(nextStep);
              assertThat(failure.what() + failure.nextStep())
                  .doesNotContain(server.login().password());
            });
  }

  @Test
  void theFirstOfSeveralServersThatAnswersIsTakenAndKept() {
    String url = server.url("postgres");
    String several =
        url.replace(place(server.port()), place(FreePort.find()) + "," + place(server.port()));
    try (ServerSession session = ServerSession.open(parse(several))) {
      assertThat(session.address().hosts()).hasSize(1);
      assertThat(session.address().hosts().getFirst().port()).isEqualTo(server.port());
    }
    assertThat(Bench.of(url).at(several).take(Reading.SQL).isSound()).isTrue();
  }

  @Test
  void theSocketInTheFileSystemLeadsThereToo() {
    String url =
        "postgresql://%s:%s@/postgres?host=%s&port=%d"
            .formatted(server.login().user(), server.login().password(), socket, server.port());
    assertThat(Bench.of(server.url("postgres")).at(url).take(Reading.SQL).isSound()).isTrue();
    try (ReplicationConnection replication = ReplicationConnection.open(parse(url))) {
      assertThat(replication.isAlive(5)).isTrue();
      assertThat(replication.identify().timeline().id()).isEqualTo(1);
    }
  }

  /** Before anything of it was streamed: a checkpoint at that moment would remove it. */
  @Test
  void aSlotKeepsWalFromTheMomentTheStreamMakesIt() {
    PgWalServer wal =
        new PgWalServer(parse(server.url("postgres")), "kept", InstantSource.system());
    try (WalConnection connection = wal.connect();
        Sql sql = server.sql("postgres")) {
      connection.createSlot("kept");
      Lsn kept = connection.slot("kept").orElseThrow().restart().orElseThrow();
      assertThat(kept).isLessThanOrEqualTo(Lsn.parse(sql.value("SELECT pg_current_wal_lsn()")));
      String file = sql.value("SELECT pg_walfile_name('" + kept + "')");
      for (int i = 0; i < 2; i++) {
        sql.run("SELECT txid_current()");
        sql.run("SELECT pg_switch_wal()");
        sql.run("CHECKPOINT");
      }
      assertThat(sql.column("SELECT name FROM pg_ls_waldir()")).contains(file);
      connection.dropSlot("kept");
    }
  }

  @Test
  void aPoolerIsRecognised() throws IOException {
    try (PoolerLike pooler = PoolerLike.before(server.port())) {
      String url = server.url("postgres").replace(place(server.port()), place(pooler.port()));
      assertFails(
          () -> ServerSession.open(parse(url)).close(),
          ErrorCode.SERVER_POOLED,
          "BACKUP_DATABASE_URL");
      assertThat(pooler.statements())
          .as("the session is another client's next; a pooler keeps each client's own name itself")
          .containsExactly(
              "SET application_name = 'mockupaws'", "SELECT pg_catalog.pg_backend_pid()");
    }
  }

  @Test
  void whatIsWrongIsSaid() {
    String url = server.url("postgres");
    assertFails(
        () -> ServerSession.open(parse(url.replace(place(server.port()), place(1)))).close(),
        ErrorCode.SERVER_UNREACHABLE,
        "host and port");
    assertFails(
        () -> ServerSession.open(parse(server.login().as("postgres", "no").url("x"))).close(),
        ErrorCode.SERVER_LOGIN,
        "user and password");
    assertFails(
        () -> ServerSession.open(parse(server.url("nowhere"))).close(),
        ErrorCode.SERVER_LOGIN,
        "a database that exists");
    assertFails(
        () -> ServerSession.open(parse(url + "?sslmode=require")).close(),
        ErrorCode.SERVER_UNREACHABLE,
        "sslmode");
    assertFails(
        () ->
            ReplicationConnection.open(parse(server.login().as("refused", "pw").url("postgres")))
                .close(),
        ErrorCode.SERVER_LOGIN,
        "host replication \"refused\"");
  }

  @Test
  void anotherClusterIsRefused() {
    try (EmbeddedPostgres other = EmbeddedPostgres.builder(major).start()) {
      Bench bench = Bench.of(server.url("postgres")).at(other.url("postgres"));
      assertFails(() -> bench.take(Reading.SQL), ErrorCode.FOREIGN_CLUSTER, "--as NEW");
      assertThat(bench.cluster().backupIds()).isEmpty();
    }
  }
}
