package io.mockupaws.engine.restore;

import io.mockupaws.core.pg.Timeline;

/** Which branch of a cluster's history a restore follows. */
public sealed interface TimelineChoice {
  /** The newest there is. */
  record Latest() implements TimelineChoice {}

  /** The one on which the backup was taken. */
  record Current() implements TimelineChoice {}

  /** One by its number. */
  record Numbered(Timeline timeline) implements TimelineChoice {}
}
