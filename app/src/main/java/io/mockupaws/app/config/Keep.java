package io.mockupaws.app.config;

import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long backups of one tier are kept, in calendar units.
 *
 * @param amount more than 0
 * @param unit DAYS, WEEKS, MONTHS or YEARS
 */
public record Keep(int amount, ChronoUnit unit) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,5})\\s*([dwmy]?)");

  public Keep {
    if (amount < 1) {
      throw new IllegalArgumentException("kept for nothing: " + amount);
    }
  }

  /** Reads {@code 30d}, {@code 12w}, {@code 12m} (months), {@code 7y}; a number alone is days. */
  static Keep parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a period");
    }
    ChronoUnit unit =
        switch (parts.group(2)) {
          case "d", "" -> ChronoUnit.DAYS;
          case "w" -> ChronoUnit.WEEKS;
          case "m" -> ChronoUnit.MONTHS;
          default -> ChronoUnit.YEARS;
        };
    return new Keep(Integer.parseInt(parts.group(1)), unit);
  }
}
