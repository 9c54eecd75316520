package io.mockupaws.engine.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.backup.ConfigurationFiles.File;
import io.mockupaws.engine.backup.ConfigurationFiles.Lack;
import io.mockupaws.engine.backup.ConfigurationPlaces;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigurationRecordTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/prod/configuration/v");

  /** What the first release wrote. */
  private static final String GOLDEN =
      """
      {"format":1,"readAt":"2026-04-07T12:00:00Z","system":"18446744073709551615","version":150018,\
      "readMode":"sql","dataDirectory":"/data","configFile":"/etc/pg/postgresql.conf",\
      "hbaFile":"/etc/pg/pg_hba.conf","files":[{"path":"/etc/pg/postgresql.conf","mode":420,\
      "content":"YSA9ICfkJwo="}],"lacking":[{"path":"/etc/pg/pg_hba.conf","why":"no right"}],\
      "globals":{"sql":"CREATE ROLE ä;\\n","roles":1,"tablespaces":0,"passwords":false}}\
      """;

  private static ClusterConfiguration sample(String text) {
    return new ClusterConfiguration(
        Instant.parse("2026-04-07T12:00:00Z"),
        -1,
        150018,
        "sql",
        new ConfigurationPlaces(
            "/data",
            Optional.of("/etc/pg/postgresql.conf"),
            Optional.of("/etc/pg/pg_hba.conf"),
            Optional.empty()),
        List.of(new File("/etc/pg/postgresql.conf", text, 0644)),
        List.of(new Lack("/etc/pg/pg_hba.conf", "no right")),
        new Globals("CREATE ROLE ä;\n", 1, 0, false));
  }

  @Test
  void isAsItWasWritten() {
    ClusterConfiguration sample = sample("a = '\u00e4'\n");
    assertThat(new String(ConfigurationRecord.encode(sample), StandardCharsets.UTF_8))
        .isEqualTo(GOLDEN);
    assertThat(ConfigurationRecord.decode(KEY, GOLDEN.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(sample);
  }

  @Test
  void whatIsNoneIsDamaged() {
    for (String text : List.of("", "{}", GOLDEN.replace("\"format\":1", "\"format\":2"))) {
      assertThatThrownBy(
              () -> ConfigurationRecord.decode(KEY, text.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT));
    }
  }

  @Test
  void aFileThatCouldNotBeReadIsNotTakenForOneThatWent() {
    ClusterConfiguration with =
        new ClusterConfiguration(
            Instant.EPOCH,
            -1,
            150018,
            "sql",
            sample("").places(),
            List.of(new File("/etc/pg/pg_hba.conf", "x\n", 0600)),
            List.of(),
            sample("").globals());
    ConfigurationDiff diff = ConfigurationDiff.of(with, sample("a\n"));
    assertThat(diff.files())
        .extracting(ConfigurationDiff.FileDiff::name, ConfigurationDiff.FileDiff::change)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "/etc/pg/pg_hba.conf", ConfigurationDiff.Change.UNKNOWN),
            org.assertj.core.groups.Tuple.tuple(
                "/etc/pg/postgresql.conf", ConfigurationDiff.Change.ADDED));
  }

  @Test
  void listsOfNamesAreTakenApart() {
    assertThat(GlobalsReader.list("\"$user\", public, \"a\"\"b, c\""))
        .isEqualTo("'$user', 'public', 'a\"b, c'");
    assertThat(GlobalsReader.list("\"\"")).isEqualTo("''");
  }
}
