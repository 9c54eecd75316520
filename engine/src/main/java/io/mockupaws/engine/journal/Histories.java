package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.repository.ClusterRepository;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps the history files of timelines: stored before the first segment of their timeline. */
final class Histories {
  private final ClusterRepository repository;
  private final JournalKeys keys;

  Histories(ClusterRepository repository) {
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
  }

  /**
   * A server's history files.
   *
   * @param files by timeline; those that the repository lacks
   */
  record Fetched(TimelineHistory history, Map<Timeline, ObjectContent> files) {}

  /** The bytes of a file. */
  record ObjectContent(String text) {
    static ObjectContent of(byte[] bytes) {
      return new ObjectContent(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    byte[] bytes() {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /**
   * Asks the server for the file of its timeline and of each ancestor, and compares them with ours.
   * Nothing is written.
   *
   * @throws Failure OTHER_LIFE when the repository has another file for one of them
   */
  Fetched fetch(WalConnection connection, Timeline timeline) {
    if (timeline.id() == 1) {
      return new Fetched(new TimelineHistory(timeline, List.of()), Map.of());
    }
    byte[] content = connection.history(timeline).orElseThrow(() -> withoutHistory(timeline));
    TimelineHistory history =
        TimelineHistory.parse(timeline, new String(content, StandardCharsets.UTF_8));
    Map<Timeline, ObjectContent> files = new TreeMap<>();
    for (TimelineHistory.Switch ancestor : history.ancestors()) {
      if (ancestor.parent().id() != 1) {
        connection
            .history(ancestor.parent())
            .ifPresent(bytes -> files.put(ancestor.parent(), ObjectContent.of(bytes)));
      }
    }
    files.put(timeline, ObjectContent.of(content));
    files.entrySet().removeIf(file -> isStored(file.getKey(), file.getValue()));
    return new Fetched(history, files);
  }

  private static Failure withoutHistory(Timeline timeline) {
    return new Failure(
        ErrorCode.SERVER_ERROR,
        "the server does not have " + timeline.historyFileName() + " of its own timeline",
        "Copy the file into the server's pg_wal.");
  }

  private boolean isStored(Timeline timeline, ObjectContent content) {
    if (repository.store().stat(keys.history(timeline)).isEmpty()) {
      return false;
    }
    byte[] ours = repository.get(keys.history(timeline), ObjectKind.RECORD);
    if (!Arrays.equals(ours, content.bytes())) {
      throw Comparison.otherLife("its " + timeline.historyFileName() + " differs from ours");
    }
    return true;
  }

  /** Stores what the repository lacks. */
  void store(Fetched fetched) {
    fetched
        .files()
        .forEach(
            (timeline, content) ->
                repository.put(keys.history(timeline), ObjectKind.RECORD, content.bytes()));
  }
}
