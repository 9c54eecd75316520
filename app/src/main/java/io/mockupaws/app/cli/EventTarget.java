package io.mockupaws.app.cli;

import io.mockupaws.core.history.Event;
import io.mockupaws.core.history.EventId;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.history.History;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.TimelineChoice;
import java.util.Optional;

/** Makes of {@code --before EVENT} the position just before the event's first record. */
final class EventTarget {
  private EventTarget() {}

  /**
   * The same wish with the position in place of the event, and the timeline it was found on the way
   * to.
   *
   * @throws io.mockupaws.core.failure.Failure UNKNOWN_EVENT, TARGET_OUTSIDE_WINDOW
   */
  static RestoreRequest resolved(OpenCluster open, Optional<EventId> event, RestoreRequest wanted) {
    if (event.isEmpty()) {
      return wanted;
    }
    Optional<Timeline> branch =
        switch (wanted.timeline()) {
          case TimelineChoice.Numbered(Timeline timeline) -> Optional.of(timeline);
          case TimelineChoice.Latest _, TimelineChoice.Current _ ->
              new Journal(open.cluster()).settledView().newestTimeline();
        };
    Event found = new History(open.cluster()).find(event.get(), branch);
    RestoreRequest before =
        wanted.withTarget(new TargetRequest.AtLsn(found.first(), /* inclusive= */ false));
    return branch
        .map(timeline -> before.withTimeline(new TimelineChoice.Numbered(timeline)))
        .orElse(before);
  }
}
