package io.mockupaws.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerFailuresTest {
  private static final ServerAddress ADDRESS =
      ServerAddress.parse("postgresql://maw:secret@db/shop", Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          08001 | Connection refused                                | SERVER_UNREACHABLE | check host and port
          08006 | Connection reset                                  | SERVER_UNREACHABLE | check host and port
          57P03 | the database system is starting up                | SERVER_UNREACHABLE | when the server has started
          53300 | sorry, too many clients already                   | SERVER_UNREACHABLE | max_connections
          08004 | The server does not support SSL                   | SERVER_UNREACHABLE | sslmode
          08004 | no password was provided                          | SERVER_LOGIN       | user and password
          28P01 | password authentication failed                    | SERVER_LOGIN       | user and password
          28000 | role is not permitted to log in                   | SERVER_LOGIN       | user and password
          28000 | kein Eintrag in pg_hba.conf                       | SERVER_LOGIN       | host "shop" "maw" ADDRESS
          3D000 | database "shop" does not exist                    | SERVER_LOGIN       | a database that exists
          42501 | permission denied for database                    | SERVER_RIGHTS      | GRANT CONNECT ON DATABASE "shop" TO "maw";
          08P01 | unsupported startup parameter: options            | SERVER_POOLED      | BACKUP_DATABASE_URL
          """)
  void saysWhyAConnectionDidNotComeAbout(
      String state, String message, ErrorCode code, String nextStep) {
    Failure failure = ServerFailures.onConnect(ADDRESS, new SQLException(message, state), false);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.nextStep()).contains(nextStep);
    assertThat(failure.what()).contains("postgresql://maw@db:5432/shop").doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          28000 | no pg_hba.conf entry for replication connection   | SERVER_LOGIN       | host replication "maw" ADDRESS
          42501 | permission denied to start WAL sender             | SERVER_RIGHTS      | ALTER ROLE "maw" REPLICATION;
          """)
  void saysWhatReplicationLacks(String state, String message, ErrorCode code, String nextStep) {
    Failure failure = ServerFailures.onConnect(ADDRESS, new SQLException(message, state), true);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.nextStep()).contains(nextStep);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          42501 | keine Berechtigung für Funktion pg_ls_dir         | SERVER_RIGHTS      | GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean) TO "maw";
          42501 | privileges of the "pg_read_all_settings" role     | SERVER_RIGHTS      | GRANT pg_read_all_settings TO "maw";
          42501 | absolute path not allowed                         | SERVER_RIGHTS      | init --print-sql
          08006 | broken pipe                                       | SERVER_UNREACHABLE | try again
          57P01 | terminating connection due to administrator       | SERVER_UNREACHABLE | try again
          53100 | No space left on device                           | DISK_FULL          | server's disk
          55000 | WAL level not sufficient                          | SERVER_SETTING     | see what it asks for
          58030 | could not read file: Input/output error           | SERVER_ERROR       | server's log
          """)
  void saysWhyAStatementFailed(String state, String message, ErrorCode code, String nextStep) {
    Failure failure =
        ServerFailures.onUse(ADDRESS, new SQLException(message, state), "reading files");
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.nextStep()).contains(nextStep);
    assertThat(failure.what()).contains("reading files", message);
  }

  @Test
  void tellsWhatEachOfSeveralHostsSaid() {
    SQLException first = new SQLException("a is away", "08001");
    first.addSuppressed(new SQLException("b speaks no TLS", "08004"));
    assertThat(ServerFailures.onConnect(ADDRESS, first, false).what())
        .contains("a is away", "b speaks no TLS");
  }
}
