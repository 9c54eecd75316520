package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;

/**
 * Where a record lies.
 *
 * @param start its first byte
 * @param end where the next record begins or the next page's header, as PostgreSQL counts it
 *     ({@code EndRecPtr}); for a segment switch, the end of the segment
 */
public record RecordSpan(Lsn start, Lsn end) {
  public RecordSpan {
    if (!start.isBefore(end)) {
      throw new IllegalArgumentException("a record ends behind its start");
    }
  }
}
