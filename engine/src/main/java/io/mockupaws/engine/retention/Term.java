package io.mockupaws.engine.retention;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * How long something is kept, in calendar units of UTC.
 *
 * @param amount more than 0
 * @param unit DAYS, WEEKS, MONTHS or YEARS
 */
public record Term(int amount, ChronoUnit unit) {
  public Term {
    if (amount < 1) {
      throw new IllegalArgumentException("kept for nothing: " + amount);
    }
  }

  /** What is older than this has been kept for the whole term. */
  Instant before(Instant now) {
    return now.atZone(ZoneOffset.UTC).minus(amount, unit).toInstant();
  }

  /** When what is that old has been kept for the whole term. */
  Instant after(Instant begin) {
    return begin.atZone(ZoneOffset.UTC).plus(amount, unit).toInstant();
  }

  /** {@code 30 days}. */
  @Override
  public String toString() {
    String name = unit.toString().toLowerCase(Locale.ROOT);
    return amount + " " + (amount == 1 ? name.substring(0, name.length() - 1) : name);
  }
}
