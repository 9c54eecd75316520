package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeterTest {
  private final AtomicLong clock = new AtomicLong(-1000);
  private final Meter meter = new Meter(clock::get);

  private long afterSeconds(long seconds, long value) {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    return meter.rate(value);
  }

  @Test
  void tellsTheRateOfTheLastSecondsOnly() {
    assertThat(meter.rate(0)).isZero();
    assertThat(afterSeconds(1, 100)).isEqualTo(100);
    assertThat(afterSeconds(1, 300)).isEqualTo(150);
    for (int i = 0; i < 10; i++) {
      afterSeconds(1, 300);
    }
    assertThat(meter.rate(300)).isZero();
  }

  @Test
  void whatWasThereBeforeIsNoGrowth() {
    assertThat(meter.rate(0)).isZero();
    meter.skip(5000);
    assertThat(afterSeconds(1, 5100)).isEqualTo(100);
    assertThat(afterSeconds(1, 5200)).isEqualTo(100);
  }
}
