package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/** How much WAL a server has written lately, by the times of its commits. */
final class WalProduction {
  private static final Duration TELLING = Duration.ofSeconds(1);

  private final Journal journal;
  private final JournalView view;

  WalProduction(Journal journal, JournalView view) {
    this.journal = journal;
    this.view = view;
  }

  /**
   * Bytes a second over the last stretch of time of what can be recovered.
   *
   * @return empty when that stretch tells too little
   */
  OptionalDouble of(Window window, Duration lately) {
    if (window.ranges().isEmpty()) {
      return OptionalDouble.empty();
    }
    Window.Range range = window.ranges().getLast();
    Moment to = range.to();
    Instant since = to.time().minus(lately);
    Moment from =
        since.isBefore(range.from().time())
            ? range.from()
            : new Moment(since, position(window.timeline(), range, since));
    Duration took = Duration.between(from.time(), to.time());
    return took.compareTo(TELLING) < 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(0, to.lsn().minus(from.lsn())) * 1000.0 / took.toMillis());
  }

  private Lsn position(Timeline timeline, Window.Range range, Instant time) {
    return new TimeSearch(journal, view, timeline, range.from().lsn(), range.to().lsn())
        .firstLeftOut(new TargetRequest.AtTime(time))
        .orElse(range.to().lsn());
  }
}
