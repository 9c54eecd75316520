package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;

/**
 * WAL of one timeline that the repository has without a break: from {@code from} to before {@code
 * to}.
 */
public record Stretch(Timeline timeline, Lsn from, Lsn to) {
  public Stretch {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("an empty stretch at " + from);
    }
  }

  /** Whether the byte at {@code lsn} belongs to it. */
  public boolean contains(Lsn lsn) {
    return !lsn.isBefore(from) && lsn.isBefore(to);
  }

  /** How many bytes it has. */
  public long bytes() {
    return to.minus(from);
  }
}
