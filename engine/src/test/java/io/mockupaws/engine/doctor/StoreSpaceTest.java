package io.mockupaws.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreSpaceTest {
  private static final long GIB = 1L << 30;

  @Test
  void lessThanATenthIsWarnedOfWithWhatTellsWhatACleanupWouldFree() {
    assertThat(StoreSpace.judge(10 * GIB, 100 * GIB).state()).isEqualTo(Check.State.OK);
    Check little = StoreSpace.judge(10 * GIB - 1, 100 * GIB);
    assertThat(little.state()).isEqualTo(Check.State.WARNING);
    assertThat(little.next()).contains("mockupaws cleanup --dry-run");
    assertThat(StoreSpace.judge(0, GIB).state()).isEqualTo(Check.State.WARNING);
  }

  @Test
  void aDirectoryHasAnEndAndABucketHasNone(@TempDir Path directory) {
    assertThat(StoreSpace.of("s3://bucket/prefix")).isEmpty();
    assertThat(StoreSpace.of("file://" + directory).orElseThrow().id()).isEqualTo("store.space");
    assertThat(StoreSpace.of("file://" + directory.resolve("gone")).orElseThrow().state())
        .isEqualTo(Check.State.UNKNOWN);
  }
}
