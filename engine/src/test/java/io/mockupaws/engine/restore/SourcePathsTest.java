package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourcePathsTest {
  private final SourcePaths debian =
      new SourcePaths(
          "/var/lib/postgresql/15/main",
          Map.of(
              "config_file", "/etc/postgresql/15/main/postgresql.conf",
              "hba_file", "/etc/postgresql/15/main/pg_hba.conf",
              "ident_file", "/srv/maps/people.map"),
          Set.of("base", "global", "conf.d", "postgresql.conf"));

  @ParameterizedTest
  @CsvSource({
    "/etc/postgresql/15/main/postgresql.conf, postgresql.conf",
    "/etc/postgresql/15/main/pg_hba.conf, pg_hba.conf",
    "/srv/maps/people.map, pg_ident.conf",
    "/etc/postgresql/15/main/extra/x.conf, extra/x.conf",
    "/etc/postgresql/15/main/../main/start.conf, start.conf",
    "/etc/postgresql/15/main/conf.d/x.conf, external/etc/postgresql/15/main/conf.d/x.conf",
    "/etc/postgresql/15/main/pg_ident.conf, external/etc/postgresql/15/main/pg_ident.conf",
    "/etc/ssl/private/key.pem, external/etc/ssl/private/key.pem",
    "/var/lib/postgresql/15/main/server.crt, server.crt",
  })
  void externalFilesComeInside(String onSource, String inTarget) {
    assertThat(debian.ofExternal(onSource)).isEqualTo(inTarget);
  }

  @ParameterizedTest
  @CsvSource({
    "base/5/16384, base/5/16384",
    "postgresql.conf, postgresql.conf.unused",
    "pg_hba.conf, pg_hba.conf.unused",
    "server.crt, server.crt",
  })
  void filesOfTheDataDirectoryKeepTheirPlaceUnlessOneFromOutsideTakesIt(
      String onSource, String inTarget) {
    assertThat(debian.ofData(onSource)).isEqualTo(inTarget);
  }

  @Test
  void otherNamesInsideTheDataDirectoryBecomeTheUsualOnes() {
    SourcePaths paths =
        new SourcePaths(
            "/data", Map.of("config_file", "/data/my.conf", "hba_file", "rules"), Set.of());
    assertThat(paths.ofData("my.conf")).isEqualTo("postgresql.conf");
    assertThat(paths.ofData("rules")).isEqualTo("pg_hba.conf");
    assertThat(paths.ofData("postgresql.conf")).isEqualTo("postgresql.conf.unused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/etc/passwd", "a/../../b", "", ".."})
  void pathsThatLeadOutsideAreRefused(String path) {
    assertThatThrownBy(() -> debian.ofData(path))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT));
  }
}
