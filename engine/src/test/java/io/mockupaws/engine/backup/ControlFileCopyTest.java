package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.ControlFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ControlFileCopyTest {
  private final FakeFiles files = new FakeFiles();
  private final List<Integer> pauses = new ArrayList<>();
  private final ControlFileCopy copy = new ControlFileCopy(files, pauses::add);

  /** As PostgreSQL 15 lays it out. */
  private static byte[] valid() {
    byte[] content = new byte[ControlFile.FILE_SIZE];
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0, 42).putInt(8, 1300).putInt(12, 202209061).putInt(16, 6);
    bytes.putInt(48, 1).putInt(52, 1).putInt(172, 1).putInt(204, 8).putDouble(208, 1234567.0);
    bytes.putInt(216, 8192).putInt(220, 131072).putInt(224, 8192).putInt(228, 16 << 20);
    CRC32C crc = new CRC32C();
    crc.update(content, 0, 288);
    bytes.putInt(288, (int) crc.getValue());
    return content;
  }

  @Test
  void takesTheWholeFile() {
    files.files.put("global/pg_control", valid());
    ControlFileCopy.Read read = copy.read();
    assertThat(read.bytes()).isEqualTo(valid());
    assertThat(read.parsed().systemIdentifier()).isEqualTo(42);
    assertThat(pauses).isEmpty();
  }

  @Test
  void readsATornFileAgain() {
    files.files.put("global/pg_control", valid());
    AtomicInteger reads = new AtomicInteger();
    files.through(
        content -> reads.incrementAndGet() < 4 ? FakeFiles.spoiled(content, 100) : content);
    assertThat(copy.read().bytes()).isEqualTo(valid());
    assertThat(pauses).containsExactly(1, 2, 3);
  }

  @Test
  void givesUpOnADamagedOne() {
    files.files.put("global/pg_control", FakeFiles.spoiled(valid(), 100));
    assertThatThrownBy(copy::read)
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTROL_FILE));
    assertThat(files.asked).hasSize(8);
  }

  @Test
  void failsWithoutOne() {
    assertThatThrownBy(copy::read)
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTROL_FILE));
  }
}
