package io.mockupaws.engine.retention;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which backup leads to which timeline, and until when a timeline was written. */
final class Ways {
  private final Map<Timeline, TimelineHistory> histories;
  private final TreeMap<Timeline, Instant> lastStored;

  /**
   * The timelines of which there is WAL.
   *
   * @param lastStored when the newest WAL of each was stored
   */
  Ways(Map<Timeline, TimelineHistory> histories, Map<Timeline, Instant> lastStored) {
    this.histories = Map.copyOf(histories);
    this.lastStored = new TreeMap<>(lastStored);
  }

  /** A timeline with WAL of a window. */
  record Live(Timeline timeline, Ways ways) {
    boolean isReachedFrom(KnownBackup backup) {
      return ways.leads(backup, timeline);
    }
  }

  /** The timelines that were written in the window, and always the newest. */
  List<Live> live(Instant begin) {
    return lastStored.entrySet().stream()
        .filter(e -> e.getKey().equals(lastStored.lastKey()) || !e.getValue().isBefore(begin))
        .map(e -> new Live(e.getKey(), this))
        .toList();
  }

  /** Whether a recovery from a backup can come to a timeline. */
  boolean leads(KnownBackup backup, Timeline timeline) {
    return backup.timeline().equals(timeline)
        || left(timeline, backup.timeline()).filter(at -> !at.isBefore(backup.stop())).isPresent();
  }

  private Optional<Lsn> left(Timeline timeline, Timeline ancestor) {
    return Optional.ofNullable(histories.get(timeline)).flatMap(h -> h.leftAt(ancestor));
  }
}
