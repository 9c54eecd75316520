package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.util.function.Predicate;

/**
 * Whether a server's timelines may follow those of the journal. A standby that was promoted goes on
 * where its primary ended. A server that was recovered to a target is a restored copy: its bytes up
 * to the fork are ours too, and only the reason in its history file tells the two apart.
 */
final class Succession {
  /** {@code getRecoveryStopReason}, {@code src/backend/access/transam/xlogrecovery.c}. */
  private static final String PROMOTED = "no recovery target specified";

  private Succession() {}

  /**
   * Refuses a restored copy.
   *
   * @param accepted whether the repository has gone on with a timeline before
   * @throws Failure OTHER_LIFE
   */
  static void demand(TimelineHistory history, Predicate<Timeline> accepted) {
    for (int i = 0; i < history.ancestors().size(); i++) {
      TimelineHistory.Switch left = history.ancestors().get(i);
      boolean last = i + 1 == history.ancestors().size();
      Timeline child = last ? history.timeline() : history.ancestors().get(i + 1).parent();
      boolean target = !left.reason().isEmpty() && !left.reason().equals(PROMOTED);
      if (target && !accepted.test(child)) {
        throw restored(left, child);
      }
    }
  }

  private static Failure restored(TimelineHistory.Switch left, Timeline child) {
    return new Failure(
        ErrorCode.OTHER_LIFE,
        "the server is a restored copy: it was recovered to a target ("
            + left.reason()
            + "), left timeline "
            + left.parent()
            + " at "
            + left.at()
            + " and went over to timeline "
            + child,
        "Give it a cluster of its own: mockupaws init --as NEW, then mockupaws stream --as NEW."
            + " Where it takes the place of the lost server for good, and its history shall go on"
            + " here: mockupaws stream --once --takes-over, then go on as before.");
  }
}
