package io.mockupaws.engine.history;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.journal.JournalView;
import java.util.List;
import java.util.Optional;

/** The timelines on the way to one of them. */
record Way(TimelineHistory history) {

  static Way to(JournalView view, Timeline timeline) {
    return new Way(
        view.allHistories().stream()
            .filter(history -> history.timeline().equals(timeline))
            .findFirst()
            .orElseGet(() -> new TimelineHistory(timeline, List.of())));
  }

  /** The timeline that a position on the way belongs to. */
  Timeline at(Lsn position) {
    return history.ancestors().stream()
        .filter(left -> position.isBefore(left.at()))
        .map(TimelineHistory.Switch::parent)
        .findFirst()
        .orElse(history.timeline());
  }

  /** Whether a position of a timeline lies on the way. */
  boolean has(Timeline timeline, Lsn position) {
    if (timeline.equals(history.timeline())) {
      return true;
    }
    Optional<Lsn> left = history.leftAt(timeline);
    return left.filter(end -> !position.isAfter(end)).isPresent();
  }

  boolean has(ManifestHead backup) {
    return has(backup.timeline(), backup.stop());
  }
}
