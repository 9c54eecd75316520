package io.mockupaws.engine.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * The times of a cron expression: minute, hour, day of the month, month, day of the week as {@code
 * crontab(5)} has them, always in UTC, where no hour is missing or there twice.
 */
public final class Schedule {
  private final String expression;
  private final ExecutionTime times;

  private Schedule(String expression, ExecutionTime times) {
    this.expression = expression;
    this.times = times;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none, or names no time at all, such as February 30
   */
  public static Schedule parse(String expression) {
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    Schedule schedule =
        new Schedule(expression, ExecutionTime.forCron(parser.parse(expression).validate()));
    if (schedule.after(Instant.EPOCH).isEmpty()) {
      throw new IllegalArgumentException("it names no time");
    }
    return schedule;
  }

  /** The last of its times that is not after this moment. */
  public Optional<Instant> atOrBefore(Instant moment) {
    ZonedDateTime at = moment.atZone(ZoneOffset.UTC);
    // The library's answer lies before what it is asked with, at whole minutes.
    return times.lastExecution(at.plusSeconds(1)).map(ZonedDateTime::toInstant);
  }

  /** The first of its times that is after this moment. */
  public Optional<Instant> after(Instant moment) {
    return times.nextExecution(moment.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toInstant);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Schedule schedule && schedule.expression.equals(expression);
  }

  @Override
  public int hashCode() {
    return expression.hashCode();
  }

  @Override
  public String toString() {
    return expression;
  }
}
