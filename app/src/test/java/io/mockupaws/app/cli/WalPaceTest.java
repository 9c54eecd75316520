package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WalPaceTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  private final WalPace pace = new WalPace(Duration.ofMinutes(5));

  private double at(int second, long end) {
    pace.at(NOON.plusSeconds(second), new Lsn(end));
    return pace.perSecond();
  }

  @Test
  void isWhatTheLastMinutesTell() {
    assertThat(at(0, 1_000)).isZero();
    assertThat(at(2, 900_000)).as("too soon to tell").isZero();
    assertThat(at(10, 1_001_000)).isEqualTo(100_000);
    for (int second = 20; second <= 600; second += 10) {
      at(second, 1_001_000);
    }
    assertThat(pace.perSecond()).as("a burst is forgotten").isZero();
    assertThat(at(610, 1_001_000 + 300_000_000)).isEqualTo(1_000_000);
  }

  @Test
  void aTimelineThatBeginsEarlierBeginsAnew() {
    at(0, 1_000_000);
    at(10, 2_000_000);
    assertThat(at(20, 1_500_000)).isZero();
    assertThat(at(30, 1_600_000)).isEqualTo(10_000);
  }
}
