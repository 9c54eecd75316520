package io.mockupaws.core.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against control files that servers of each version wrote; 15's were read by pg_controldata. */
class ControlFileTest {

  @Test
  void readsEveryFieldThatPgControldataPrints() throws IOException {
    ControlFile file = ControlFile.parse(golden("pg_control.15"));

    Instant modified = Instant.parse("2026-11-22T18:35:16Z");
    Lsn checkpoint = Lsn.parse("0/64E3798");
    assertThat(file)
        .isEqualTo(
            new ControlFile(
                7711064484682867638L,
                1300,
                202209061,
                ControlFile.State.SHUT_DOWN,
                modified,
                checkpoint,
                new Checkpoint(
                    checkpoint, new Timeline(1), new Timeline(1), true, 2760, 16420, modified),
                Lsn.ZERO,
                Optional.empty(),
                Lsn.ZERO,
                Lsn.ZERO,
                false,
                new RecoverySettings(WalLevel.LOGICAL, true, 415, 215, 315, 415, 515, true),
                new ControlFile.Shape(8192, 131072, 8192, 16 << 20, 1)));
    assertThat(file.shape().dataChecksums()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "15, 1300, 7711064484682867638, 16777216",
    "16, 1300, 7711064488655037396, 1048576",
    "17, 1700, 7711064492821210098, 16777216",
    "18, 1800, 7711064497460724855, 1048576",
  })
  void readsEachVersionsLayout(int major, int version, long identifier, int segmentSize)
      throws IOException {
    ControlFile file = ControlFile.parse(golden("pg_control." + major));

    assertThat(file.majorVersion().map(MajorVersion::number)).contains(major);
    assertThat(file.controlVersion()).isEqualTo(version);
    assertThat(file.systemIdentifier()).isEqualTo(identifier);
    assertThat(file.state()).isEqualTo(ControlFile.State.SHUT_DOWN);
    assertThat(file.settings())
        .isEqualTo(
            new RecoverySettings(
                WalLevel.LOGICAL,
                true,
                400 + major,
                200 + major,
                300 + major,
                400 + major,
                500 + major,
                true));
    assertThat(file.shape()).isEqualTo(new ControlFile.Shape(8192, 131072, 8192, segmentSize, 1));
    assertThat(file.checkpoint()).isEqualTo(file.lastCheckpoint().redo());
  }

  @Test
  void readsARecoveryThatHasNotReachedTheEndOfItsBackup() throws IOException {
    ControlFile file = ControlFile.parse(golden("pg_control.15.recovering"));

    assertThat(file.state()).isEqualTo(ControlFile.State.IN_ARCHIVE_RECOVERY);
    assertThat(file.checkpoint()).isEqualTo(Lsn.parse("0/7000060"));
    assertThat(file.lastCheckpoint().redo()).isEqualTo(Lsn.parse("0/7000028"));
    assertThat(file.minRecoveryPoint()).isEqualTo(Lsn.parse("0/7000028"));
    assertThat(file.minRecoveryTimeline()).contains(new Timeline(1));
    assertThat(file.backupStartPoint()).isEqualTo(Lsn.parse("0/7000028"));
    assertThat(file.backupEndPoint()).isEqualTo(Lsn.ZERO);
    assertThat(file.backupEndRequired()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg_control.15", "pg_control.18"})
  void refusesEveryChangedByte(String name) throws IOException {
    byte[] content = golden(name);
    int covered = name.endsWith("18") ? 296 : 292;
    for (int i = 0; i < covered; i++) {
      content[i] ^= 0x10;
      assertThatThrownBy(() -> ControlFile.parse(content))
          .as("byte %d", i)
          .isInstanceOfSatisfying(
              Failure.class,
              e -> assertThat(e.code()).isIn(ErrorCode.CONTROL_FILE, ErrorCode.SERVER_VERSION));
      content[i] ^= 0x10;
    }
    assertThat(ControlFile.parse(content)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 15, 291})
  void refusesAFileThatIsCutOff(int length) throws IOException {
    byte[] content = Arrays.copyOf(golden("pg_control.15"), length);
    assertThatThrownBy(() -> ControlFile.parse(content))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTROL_FILE));
  }

  @Test
  void namesAVersionItDoesNotKnow() throws IOException {
    byte[] content = golden("pg_control.15");
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 1201);
    assertThatThrownBy(() -> ControlFile.parse(content))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVER_VERSION))
        .hasMessageContaining("1201");
  }

  @ParameterizedTest
  @CsvSource({"16, 7", "48, 0", "172, 3"})
  void refusesImpossibleValuesUnderARightChecksum(int at, int value) throws IOException {
    byte[] content = golden("pg_control.15");
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(at, value);
    CRC32C crc = new CRC32C();
    crc.update(content, 0, 288);
    bytes.putInt(288, (int) crc.getValue());
    assertThatThrownBy(() -> ControlFile.parse(content))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTROL_FILE));
  }

  static byte[] golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ControlFileTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }
}
