package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.util.Optional;

/**
 * Decides from where a connection streams, given what we have and which server answered. Pure.
 *
 * <p>A server on our timeline goes on where we are. One on a later timeline first completes the one
 * we are on, up to where it was left, then goes on with the next. Anything else is another life of
 * the cluster.
 */
final class Route {
  private Route() {}

  /** What to stream next. */
  sealed interface Leg {}

  /**
   * Go on where we are.
   *
   * @param until where the server left that timeline; empty when it is on it
   */
  record GoOn(Optional<Lsn> until) implements Leg {}

  /**
   * Go over to the next timeline.
   *
   * @param to the start of the segment in which it begins
   * @param fork where it begins
   */
  record Fork(Position to, Lsn fork) implements Leg {}

  static Leg next(Position ours, ServerIdentity server, TimelineHistory history, int segmentSize) {
    Timeline theirs = server.timeline();
    if (theirs.equals(ours.timeline())) {
      if (server.flushed().isBefore(ours.lsn())) {
        throw behind(ours, server);
      }
      return new GoOn(Optional.empty());
    }
    Optional<Lsn> left = history.leftAt(ours.timeline());
    if (left.isEmpty()) {
      throw Comparison.otherLife(
          "it is on timeline " + theirs + ", which does not come from ours, " + ours.timeline());
    }
    if (ours.lsn().isBefore(left.get())) {
      return new GoOn(left);
    }
    Branch.Leg next = Branch.of(history).after(ours.timeline()).orElseThrow();
    return new Fork(
        new Position(next.timeline(), left.get().segmentStart(segmentSize)), left.get());
  }

  private static Failure behind(Position ours, ServerIdentity server) {
    String why = "its WAL ends at " + server.flushed() + ", ours at " + ours.lsn();
    return server.standby()
        ? new Failure(
            ErrorCode.SERVER_ERROR,
            "the standby is behind what the repository has: " + why,
            "Streaming goes on when it has caught up.")
        : Comparison.otherLife(why);
  }
}
