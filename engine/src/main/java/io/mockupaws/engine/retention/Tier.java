package io.mockupaws.engine.retention;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** The calendar by which backups are kept: UTC day, ISO week, month, year. */
public enum Tier {
  DAILY,
  WEEKLY,
  MONTHLY,
  YEARLY;

  /** The first day of the period in which a moment lies. */
  LocalDate periodOf(Instant moment) {
    LocalDate day = moment.atZone(ZoneOffset.UTC).toLocalDate();
    return switch (this) {
      case DAILY -> day;
      case WEEKLY -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case MONTHLY -> day.withDayOfMonth(1);
      case YEARLY -> day.withDayOfYear(1);
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
