package io.mockupaws.engine.history;

import io.mockupaws.core.history.EventKind;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody wants to know of the history.
 *
 * @param timeline on the way to which; empty: to the newest
 * @param since commits from then on
 * @param until commits up to then
 * @param kinds empty: all
 * @param table a name, {@code *} standing for any part; see {@link TablePattern}
 * @param rows from how many deleted or updated rows on a transaction is told
 */
public record HistoryRequest(
    Optional<Timeline> timeline,
    Optional<Instant> since,
    Optional<Instant> until,
    Set<EventKind> kinds,
    Optional<TablePattern> table,
    long rows) {
  public static final long DEFAULT_ROWS = 1000;

  public HistoryRequest {
    kinds = Set.copyOf(kinds);
    if (rows < 1) {
      throw new IllegalArgumentException("rows is " + rows);
    }
  }

  /** Everything on the way to the newest timeline. */
  public static HistoryRequest everything() {
    return new HistoryRequest(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        DEFAULT_ROWS);
  }
}
