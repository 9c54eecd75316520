package io.mockupaws.demo.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedPostgresTest {

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void startsEachVersionAndSurvivesACrash(int major) {
    Path data;
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(major).start()) {
      data = server.dataDirectory();
      try (Sql sql = server.sql("postgres")) {
        assertThat(sql.number("SELECT current_setting('server_version_num')::int / 10000"))
            .isEqualTo(major);
        assertThat(sql.value("SHOW data_checksums")).isEqualTo("on");
        sql.run("CREATE TABLE t AS SELECT generate_series(1, 10) AS n");
      }
      server.kill();
      assertThat(server.isRunning()).isFalse();
      server.start();
      try (Sql sql = server.sql("postgres")) {
        assertThat(sql.number("SELECT count(*) FROM t")).isEqualTo(10);
      }
      server.restart();
      assertThat(server.log()).contains("automatic recovery").contains("database system is shut");
    }
    assertThat(data).doesNotExist();
    assertThat(data.getParent()).doesNotExist();
  }

  @Test
  void startsWhereThePathOfASocketWouldBeTooLong(@TempDir Path folder) throws Exception {
    HostUser.forServers().own(folder);
    Path deep = Files.createDirectory(folder.resolve("d".repeat(100)));
    HostUser.forServers().own(deep);
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(18).under(deep).start()) {
      assertThat(server.isRunning()).isTrue();
    }
  }

  @Test
  void takesTheOptionsOfACluster() throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder(18)
            .checksums(false)
            .segmentMegabytes(1)
            .groupAccess()
            .setting("work_mem", "5MB")
            .hba("local all nobody reject")
            .start()) {
      try (Sql sql = server.sql("postgres")) {
        assertThat(sql.value("SHOW data_checksums")).isEqualTo("off");
        assertThat(sql.value("SHOW wal_segment_size")).isEqualTo("1MB");
        assertThat(sql.value("SHOW data_directory_mode")).isEqualTo("0750");
        assertThat(sql.value("SHOW work_mem")).isEqualTo("5MB");
        assertThat(sql.column("SELECT user_name::text FROM pg_hba_file_rules LIMIT 1"))
            .containsExactly("{nobody}");
      }
      assertThat(Files.getAttribute(server.dataDirectory(), "unix:uid"))
          .isEqualTo(server.user().uid());
    }
  }

  @Test
  void plainRolesLogInWithTheirPasswordOnly() {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(18).start()) {
      ServerLogin role = server.createRole("o'brien", "p@ss/w:rd?", "NOSUPERUSER");
      try (Sql sql = role.sql("postgres")) {
        assertThat(sql.rows("SELECT current_user, NULL"))
            .containsExactly(List.of("o'brien", "NULL"));
      }
      assertThatThrownBy(() -> role.as("o'brien", "wrong").sql("postgres"))
          .isInstanceOf(PostgresFailure.class)
          .hasMessageContaining("password authentication failed");
      assertThat(role.url("postgres"))
          .isEqualTo(
              "postgresql://o%27brien:p%40ss%2Fw%3Ard%3F@127.0.0.1:" + role.port() + "/postgres");
    }
  }

  @Test
  void aServerThatCannotStartSaysWhyAndLeavesNothing() {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(18).start()) {
      assertThatThrownBy(() -> EmbeddedPostgres.builder(18).port(server.port()).start())
          .isInstanceOf(PostgresFailure.class)
          .hasMessageContaining("Address already in use");
    }
  }
}
