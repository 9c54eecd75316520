package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;

/** A position on a timeline. */
public record Position(Timeline timeline, Lsn lsn) {
  @Override
  public String toString() {
    return lsn + " on timeline " + timeline;
  }
}
