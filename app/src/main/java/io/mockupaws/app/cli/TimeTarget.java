package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A moment as an operator writes it: {@code 2026-04-07 14:30:00.123456}, with {@code T} or a blank,
 * and behind it nothing (UTC), {@code Z}, an offset, or a zone's name.
 */
sealed interface TimeTarget {
  /** {@code now}: the newest moment that can be had. */
  record Newest() implements TimeTarget {}

  /**
   * A moment.
   *
   * @param at to the microsecond, as PostgreSQL counts
   */
  record At(Instant at) implements TimeTarget {}

  Pattern FORM =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2})(?:[T ]+(\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?))?"
              + "\\s*(Z|[+-]\\d{2}(?::?\\d{2}(?::?\\d{2})?)?|\\[?[A-Za-z][A-Za-z0-9_+/-]*]?)?");

  String EXAMPLES =
      "write for example '2026-04-07 14:30:00' (UTC), '2026-04-07 14:30:00+02' or"
          + " '2026-04-07 14:30:00 Europe/Berlin'";

  /**
   * Reads a moment.
   *
   * @throws Failure BAD_TIME for what is no moment, TARGET_AMBIGUOUS for a zone's double or missing
   *     hour
   */
  static TimeTarget parse(String text) {
    String trimmed = text.strip();
    if (trimmed.equals("now")) {
      return new Newest();
    }
    Matcher parts = FORM.matcher(trimmed);
    if (!parts.matches()) {
      throw bad(text, "is no time");
    }
    LocalDateTime local = local(text, parts);
    if (!local.truncatedTo(ChronoUnit.MICROS).equals(local)) {
      throw bad(text, "is finer than a microsecond, which is PostgreSQL's finest");
    }
    String zone = Optional.ofNullable(parts.group(3)).orElse("Z").replaceAll("[\\[\\]]", "");
    return new At(instant(text, local, zone(text, zone)));
  }

  private static LocalDateTime local(String text, Matcher parts) {
    try {
      LocalDate date = LocalDate.parse(parts.group(1));
      String time = parts.group(2);
      return date.atTime(time == null ? LocalTime.MIDNIGHT : LocalTime.parse(time));
    } catch (DateTimeException e) {
      throw bad(text, "is no day or time of the calendar");
    }
  }

  private static ZoneId zone(String text, String zone) {
    try {
      return zone.startsWith("+") || zone.startsWith("-") ? ZoneOffset.of(zone) : ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw bad(text, "has an unknown zone, " + zone);
    }
  }

  private static Instant instant(String text, LocalDateTime local, ZoneId zone) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    if (offsets.size() == 1) {
      return local.toInstant(offsets.getFirst());
    }
    if (offsets.isEmpty()) {
      ZoneOffsetTransition jump = zone.getRules().getTransition(local);
      throw new Failure(
          ErrorCode.TARGET_AMBIGUOUS,
          text + " does not exist: clocks in " + zone + " jumped over it",
          oneOf(local.toInstant(jump.getOffsetAfter()), local.toInstant(jump.getOffsetBefore())));
    }
    throw new Failure(
        ErrorCode.TARGET_AMBIGUOUS,
        text + " happened twice in " + zone + ", when clocks were set back",
        oneOf(local.toInstant(offsets.getFirst()), local.toInstant(offsets.getLast())));
  }

  private static String oneOf(Instant first, Instant second) {
    return "give one of the two: '" + written(first) + "' or '" + written(second) + "'";
  }

  /** A form that {@link #parse} reads again. */
  private static String written(Instant at) {
    return at.toString();
  }

  private static Failure bad(String text, String why) {
    return new Failure(ErrorCode.BAD_TIME, "'" + text + "' " + why, EXAMPLES);
  }
}
