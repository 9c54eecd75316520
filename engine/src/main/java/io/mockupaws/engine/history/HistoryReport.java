package io.mockupaws.engine.history;

import io.mockupaws.core.history.Event;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.List;

/**
 * What happened.
 *
 * @param timeline on the way to which
 * @param from the position from which on WAL was read
 * @param to up to where
 * @param events in the order of their commits
 * @param gaps WAL that is missing or cannot be read in between: what happened there is not told
 */
public record HistoryReport(
    Timeline timeline, Lsn from, Lsn to, List<Event> events, List<Gap> gaps) {

  /** WAL that could not be read. */
  public record Gap(Lsn from, Lsn to) {}

  public HistoryReport {
    events = List.copyOf(events);
    gaps = List.copyOf(gaps);
  }
}
