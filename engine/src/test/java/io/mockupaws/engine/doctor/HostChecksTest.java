package io.mockupaws.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.engine.doctor.Check.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** This host: zone, spool, programs. */
class HostChecksTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "UTC, OK",
    "Etc/UTC, OK",
    "Z, OK",
    "GMT, OK",
    "Europe/London, WARNING",
    "Asia/Kolkata, WARNING",
    "Etc/GMT-1, WARNING"
  })
  void onlyUtcIsFine(String zone, State state) {
    assertThat(HostChecks.zone(ZoneId.of(zone)).state()).isEqualTo(state);
  }

  @Test
  void aSpoolThatCanBeMadeIsFineAndNothingIsLeft() throws IOException {
    Check check = HostChecks.spoolWrite(directory.resolve("a/b"));

    assertThat(check.state()).isEqualTo(State.OK);
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aSpoolThatCannotBeMadeFails() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    Check check = HostChecks.spoolWrite(file.resolve("spool"));

    assertThat(check.state()).isEqualTo(State.FAILED);
    assertThat(check.next()).contains("BACKUP_SPOOL_DIR");
  }

  @Test
  void saysWhenTheSpoolWouldBeFull() {
    Check slow = HostChecks.spoolSpace(directory, OptionalDouble.of(1));
    Check fast = HostChecks.spoolSpace(directory, OptionalDouble.of(1e15));

    assertThat(slow.state()).isEqualTo(State.OK);
    assertThat(fast.state()).isEqualTo(State.WARNING);
    assertThat(fast.what()).contains("it is full in");
  }

  @Test
  void programsThatAreMissingStopOnlyARestore() {
    Optional<Path> empty = Optional.of(directory);

    Check protect = RestoreChecks.binaries(Purpose.PROTECT, empty, OptionalInt.of(17));
    Check restore = RestoreChecks.binaries(Purpose.RESTORE, empty, OptionalInt.of(17));

    assertThat(protect.state()).isEqualTo(State.WARNING);
    assertThat(restore.state()).isEqualTo(State.FAILED);
    assertThat(restore.what()).contains("no PostgreSQL 17");
    assertThat(RestoreChecks.binaries(Purpose.RESTORE, empty, OptionalInt.empty()).state())
        .isEqualTo(State.UNKNOWN);
  }
}
