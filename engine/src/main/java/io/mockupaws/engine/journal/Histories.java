package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.CreateOutcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Keeps the history files of timelines: stored before the first segment of their timeline. */
final class Histories {
  private final ClusterRepository repository;
  private final JournalKeys keys;

  Histories(ClusterRepository repository) {
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
  }

  /**
   * Stores what the server knows of its timeline and of each ancestor.
   *
   * @return the history of the server's timeline
   * @throws Failure OTHER_LIFE when the repository has another file for one of them
   */
  TimelineHistory store(WalConnection connection, Timeline timeline) {
    if (timeline.id() == 1) {
      return new TimelineHistory(timeline, List.of());
    }
    byte[] content =
        connection
            .history(timeline)
            .orElseThrow(
                () ->
                    new Failure(
                        ErrorCode.SERVER_ERROR,
                        "the server does not have "
                            + timeline.historyFileName()
                            + " of its own timeline",
                        "Copy the file into the server's pg_wal."));
    TimelineHistory history =
        TimelineHistory.parse(timeline, new String(content, StandardCharsets.UTF_8));
    for (TimelineHistory.Switch ancestor : history.ancestors()) {
      Optional<byte[]> older =
          ancestor.parent().id() == 1 ? Optional.empty() : connection.history(ancestor.parent());
      older.ifPresent(bytes -> put(ancestor.parent(), bytes));
    }
    put(timeline, content);
    return history;
  }

  private void put(Timeline timeline, byte[] content) {
    if (repository.put(keys.history(timeline), ObjectKind.RECORD, content) == CreateOutcome.EXISTS
        && !Arrays.equals(repository.get(keys.history(timeline), ObjectKind.RECORD), content)) {
      throw Comparison.otherLife("its " + timeline.historyFileName() + " differs from ours");
    }
  }
}
