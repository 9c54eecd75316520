package io.mockupaws.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.engine.schedule.Schedule;
import io.mockupaws.engine.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonConfigTest {
  private static final Instant TUESDAY = Instant.parse("2026-04-07T12:00:00Z");

  private static DaemonConfig config(Map<Task, Schedule> schedules) {
    return new DaemonConfig("127.0.0.1", 0, Duration.ofSeconds(1), OptionalLong.empty(), schedules);
  }

  /** What is promised is kept at the worst time of the week, whenever it is asked. */
  @ParameterizedTest
  @CsvSource({"0 2 * * *, 24", "0 2 * * 1-5, 72", "'0 2,4 * * *', 22", "0 * * * *, 1"})
  void theLongestGapOfAWeekCounts(String cron, long hours) {
    DaemonConfig config = config(Map.of(Task.LOGICAL, Schedule.parse(cron)));
    for (int hour = 0; hour < 7 * 24; hour++) {
      assertThat(config.between(Task.LOGICAL, TUESDAY.plus(Duration.ofHours(hour))))
          .as("asked after %s h", hour)
          .contains(Duration.ofHours(hours));
    }
  }

  @Test
  void whatIsNotDoneHasNone() {
    assertThat(config(Map.of()).between(Task.LOGICAL, TUESDAY)).isEmpty();
  }
}
