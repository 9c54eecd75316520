package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A timeline of a cluster, as far as the repository knows it.
 *
 * @param fork where it left its parent; empty for the first one, and where its history is unknown
 * @param window what can be recovered on the way to it
 * @param holes of the timeline itself
 * @param backups how many were taken on it
 */
public record TimelineState(
    Timeline timeline, Optional<Fork> fork, Window window, List<Hole> holes, int backups) {
  public TimelineState {
    holes = List.copyOf(holes);
  }

  /**
   * Where a timeline begins.
   *
   * @param parent the timeline that was left
   * @param at the first position that is no longer on the parent
   * @param time when, by the server's clock; empty when the WAL that says it is not there
   * @param reason what the server wrote about it
   */
  public record Fork(Timeline parent, Lsn at, Optional<Instant> time, String reason) {}
}
