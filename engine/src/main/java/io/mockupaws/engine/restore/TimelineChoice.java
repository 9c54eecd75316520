package io.mockupaws.engine.restore;

import io.mockupaws.core.pg.Timeline;

/** Which branch of a cluster's history a restore follows. */
public sealed interface TimelineChoice {
  /** The one with the highest number; with a named backup, of those that come of it. */
  record Latest() implements TimelineChoice {}

  /** The one on which the backup was taken: the named one, else the newest. */
  record Current() implements TimelineChoice {}

  /** One by its number. */
  record Numbered(Timeline timeline) implements TimelineChoice {}
}
