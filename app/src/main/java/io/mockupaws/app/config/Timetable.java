package io.mockupaws.app.config;

import io.mockupaws.engine.schedule.Schedule;
import java.util.Optional;

/**
 * When something is done: a cron expression in UTC, or never.
 *
 * @param schedule empty: {@code off}
 */
record Timetable(Optional<Schedule> schedule) {
  static final String EXPECTED =
      "a cron expression in UTC such as \"0 2 * * *\" (minute hour day month weekday), or off";

  static Timetable parse(String text) {
    return new Timetable(text.equals("off") ? Optional.empty() : Optional.of(Schedule.parse(text)));
  }
}
