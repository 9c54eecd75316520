package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1048575, 1.0 MiB",
    "16777216, 16.0 MiB",
    "125829120, 120 MiB",
    "1099511627776, 1.0 TiB"
  })
  void bytesHaveAUnit(long bytes, String text) {
    assertThat(Units.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "999, 999 ms",
    "1000, 1.0 s",
    "9949, 9.9 s",
    "59949, 60 s",
    "59950, 1 min",
    "185000, 3 min 5 s",
    "7800000, 2 h 10 min",
    "356400000, 4 d 3 h",
    "-350, -350 ms"
  })
  void durationsHaveTwoUnitsAtMost(long millis, String text) {
    assertThat(Units.duration(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Test
  void agesAreRoundedDown() {
    assertThat(Units.age(Duration.ofHours(13).minusSeconds(1))).isEqualTo("12 h old");
    assertThat(Units.age(Duration.ofHours(85))).isEqualTo("3 d old");
    assertThat(Units.age(Duration.ofSeconds(-5))).isEqualTo("0 s old");
  }

  @Test
  void timesAreUtc() {
    Instant time = Instant.parse("2026-04-07T12:00:00.123456Z");
    assertThat(Units.time(time)).isEqualTo("2026-04-07 12:00:00 UTC");
    assertThat(Units.exactTime(time)).isEqualTo("2026-04-07 12:00:00.123456 UTC");
  }

  @Test
  void aRateOfNoTimeIsFinite() {
    assertThat(Units.rate(1024, Duration.ZERO)).isEqualTo("1000 KiB/s");
  }
}
