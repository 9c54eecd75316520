package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.cluster.Slot;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What an operator is told of the disk of a server whose WAL nobody takes. */
class DiskTextTest {
  private static PrimaryDisk disk(OptionalDouble growth) {
    return new PrimaryDisk(
        6L << 30, OptionalLong.of(10L << 30), OptionalLong.empty(), growth, Slot.Keeps.RESERVED);
  }

  @Test
  void tellsWhenItIsFullWhereThatIsKnown() {
    assertThat(DiskText.of(disk(OptionalDouble.of(1 << 20))))
        .contains("6.0 GiB of WAL", "room is for 10.0 GiB", "at this rate it is full in 1 h 8 min");
    assertThat(DiskText.of(disk(OptionalDouble.empty()))).doesNotContain("at this rate");
    assertThat(DiskText.of(disk(OptionalDouble.of(0)))).doesNotContain("at this rate");
  }
}
