package io.mockupaws.engine.journal;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the timelines of a cluster and how they come from each other. */
final class TimelineFinder {
  private final Journal journal;
  private final JournalView view;
  private final List<ManifestHead> backups;

  TimelineFinder(Journal journal, JournalView view, List<ManifestHead> backups) {
    this.journal = journal;
    this.view = view;
    this.backups = List.copyOf(backups);
  }

  /** All that are known by their WAL, a history or a backup; rising. */
  List<TimelineState> all() {
    NavigableSet<Timeline> known = new TreeSet<>(view.timelines());
    view.allHistories().forEach(history -> known.add(history.timeline()));
    view.histories()
        .values()
        .forEach(history -> history.ancestors().forEach(left -> known.add(left.parent())));
    backups.forEach(backup -> known.add(backup.timeline()));
    return known.stream().map(this::state).toList();
  }

  private TimelineState state(Timeline timeline) {
    return new TimelineState(
        timeline,
        fork(timeline),
        new WindowFinder(journal, view, timeline).window(backups),
        view.holes().stream().filter(hole -> hole.timeline().equals(timeline)).toList(),
        (int) backups.stream().filter(backup -> backup.timeline().equals(timeline)).count());
  }

  private Optional<TimelineState.Fork> fork(Timeline timeline) {
    return view.allHistories().stream()
        .filter(history -> history.timeline().equals(timeline))
        .filter(history -> !history.ancestors().isEmpty())
        .findFirst()
        .map(this::fork);
  }

  private TimelineState.Fork fork(TimelineHistory history) {
    TimelineHistory.Switch left = history.ancestors().getLast();
    return new TimelineState.Fork(
        left.parent(), left.at(), begun(history.timeline(), left.at()), left.reason());
  }

  /** The time in the record that begins the timeline. */
  private Optional<Instant> begun(Timeline timeline, Lsn at) {
    if (view.stretchAt(timeline, at).isEmpty()) {
      return Optional.empty();
    }
    Beginning beginning = new Beginning(timeline);
    new JournalWalk(journal, view, timeline)
        .some(
            at,
            at.plus(1).segmentStart(journal.segmentSize()).plus(journal.segmentSize()),
            record -> record.start().isBefore(at) || beginning.see(record));
    return beginning.time;
  }

  /** Recovery ends with a record of its own, or with a checkpoint on the new timeline. */
  private static final class Beginning {
    /** Changed settings are noted in front of it, and hardly anything else. */
    private static final int MOST_RECORDS = 8;

    private final Timeline timeline;
    private int seen;
    private Optional<Instant> time = Optional.empty();

    Beginning(Timeline timeline) {
      this.timeline = timeline;
    }

    boolean see(WalRecord record) {
      time =
          WalEvent.of(record)
              .flatMap(
                  event ->
                      switch (event) {
                        case WalEvent.EndOfRecovery end when end.timeline().equals(timeline) ->
                            Optional.of(end.time());
                        case WalEvent.CheckpointMade made
                            when made.checkpoint().timeline().equals(timeline) ->
                            Optional.of(made.checkpoint().time());
                        case WalEvent _ -> Optional.empty();
                      });
      seen++;
      return time.isEmpty() && seen < MOST_RECORDS;
    }
  }
}
