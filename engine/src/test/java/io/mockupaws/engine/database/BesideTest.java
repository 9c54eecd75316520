package io.mockupaws.engine.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BesideTest {
  private static final Instant TIME = Instant.parse("2026-04-07T12:00:05.5Z");

  @Test
  void aKeptDatabaseIsNamedByItsTime() {
    assertThat(Beside.keptName("shop", TIME)).isEqualTo("shop_before_20260407T120005Z");
  }

  /** PostgreSQL cuts at 63 bytes, and would cut the time. */
  @Test
  void aLongNameLosesItsEndNotTheTime() {
    String kept = Beside.keptName("ü".repeat(31), TIME);
    assertThat(kept).endsWith("_before_20260407T120005Z").startsWith("üüü");
    assertThat(kept.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(62, 63);
    assertThat(Beside.keptName("😀".repeat(15), TIME).getBytes(StandardCharsets.UTF_8))
        .hasSizeBetween(60, 63);
  }
}
