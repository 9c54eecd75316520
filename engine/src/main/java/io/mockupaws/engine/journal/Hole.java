package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;

/**
 * WAL that no recovery can pass: from {@code from} to before {@code to}. A recovery to a moment
 * behind it needs a backup that was taken behind it.
 *
 * @param reason in the operator's words
 */
public record Hole(Timeline timeline, Lsn from, Lsn to, Kind kind, String reason) {

  /** What is wrong with the bytes. */
  public enum Kind {
    /** The repository does not have them. */
    MISSING,
    /** It has what the server sent, and a record in it is broken. */
    DAMAGED
  }

  public Hole {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("an empty hole at " + from);
    }
  }

  /** How many bytes it spans. */
  public long bytes() {
    return to.minus(from);
  }

  /** Whether it touches the positions from {@code begin} to before {@code end}. */
  public boolean touches(Lsn begin, Lsn end) {
    return from.isBefore(end) && begin.isBefore(to);
  }
}
