package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.engine.backup.BackupRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration that is read again changes at once, and what needs another start. */
class ReadAgainTest {
  @TempDir private Path dir;

  private Config config(String cluster) throws IOException {
    Path file = dir.resolve("mockupaws.yaml");
    Files.writeString(
        file,
        "repository: { stores: [ \"file:///r\" ] }\nclusters: { prod: { " + cluster + " } }\n");
    return new TestProgram()
        .with("MOCKUPAWS_CONFIG", file.toString())
        .session()
        .config(Need.REPOSITORY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "objectives: { rpo: 7m } | false",
        "objectives: { rto: 7m } | false",
        "max-read-rate: 10MiB | false",
        "slot: other | true",
        "primary-disk: shed | true",
        "primary-disk-limit: 5GiB | true",
        "damaged-wal: hold | true",
      })
  void whatAStreamGoesByNeedsAStart(String setting, boolean needed) throws IOException {
    assertThat(ServeCommand.needsStart(config(""), config(setting))).isEqualTo(needed);
  }

  @Test
  void aBackupThatServeTakesReadsNoFasterThanIsAllowed() throws IOException {
    BackupRequest free =
        OwnBackup.request(BackupRequest.Kind.AUTO, config("").clusterConfig("prod"));
    assertThat(free.readRate()).isEmpty();
    BackupRequest slow =
        OwnBackup.request(
            BackupRequest.Kind.AUTO, config("max-read-rate: 1MiB").clusterConfig("prod"));
    assertThat(slow.readRate()).hasValue(1 << 20);
    assertThat(slow.kind()).isEqualTo(BackupRequest.Kind.AUTO);
  }
}
