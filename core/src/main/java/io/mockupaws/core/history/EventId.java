package io.mockupaws.core.history;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names an event for good: the same WAL gives the same name, whatever else is asked for.
 *
 * @param timeline on which the transaction was committed
 * @param commit where its commit record begins; of a DROP DATABASE that did not commit, the record
 *     that took the files away, or deleted the database's row where that never came
 * @param number among the events of that commit, from 1
 */
public record EventId(Timeline timeline, Lsn commit, int number) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,10})-([0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8})-([0-9]{1,9})");

  public EventId {
    if (number < 1) {
      throw new IllegalArgumentException("events count from 1");
    }
  }

  /** Reads {@code 1-0/401CC18-2}; empty for anything else. */
  public static Optional<EventId> parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long timeline = Long.parseLong(matcher.group(1));
    int number = Integer.parseInt(matcher.group(3));
    if (timeline < 1 || timeline > 0xFFFF_FFFFL || number < 1) {
      return Optional.empty();
    }
    return Optional.of(
        new EventId(new Timeline((int) timeline), Lsn.parse(matcher.group(2)), number));
  }

  @Override
  public String toString() {
    return timeline + "-" + commit + "-" + number;
  }
}
