package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.ServerStatistics;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRuns;
import io.mockupaws.store.ObjectInfo;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at a cluster for {@code serve}. */
final class HealthLook {
  private final Session session;
  private final OpenCluster open;

  HealthLook(Session session, OpenCluster open) {
    this.session = session;
    this.open = open;
  }

  /**
   * Looks.
   *
   * @param streams whether this process streams: then it wrote to the store a moment ago
   */
  HealthFacts look(Config config, boolean streams) {
    Instant begin = session.now();
    StatusLook.Seen<Asked> seen = new StatusLook(session, config, open).look(this::ask);
    TaskRuns record = session.runs(open.cluster());
    Map<Task, TaskRuns.Summary> runs = new EnumMap<>(Task.class);
    for (Task task : Task.values()) {
      runs.put(task, record.summary(task));
    }
    Instant end = session.now();
    return new HealthFacts(
        begin,
        Duration.between(begin, end),
        seen.answer(),
        seen.reasons(),
        seen.backups(),
        runs,
        seen.more().map(Asked::statistics),
        seen.more().map(Asked::ahead),
        streams ? storeAhead() : Optional.empty(),
        spool(config.repository().spool()));
  }

  private record Asked(ServerStatistics statistics, Duration ahead) {}

  private Asked ask(ServerSession server) {
    ServerStatistics statistics = ServerStatistics.read(server);
    return new Asked(statistics, Duration.between(session.now(), statistics.clock()));
  }

  /** A stream renews its lease every few seconds: that object's time is the store's. */
  private Optional<Duration> storeAhead() {
    List<ObjectInfo> words = open.cluster().list("lease/journal/");
    return words.stream()
        .map(ObjectInfo::modified)
        .max(Instant::compareTo)
        .map(time -> Duration.between(session.now(), time));
  }

  private static Optional<HealthFacts.Spool> spool(Path folder) {
    try {
      FileStore disk = Files.getFileStore(folder);
      return Optional.of(
          new HealthFacts.Spool(folder, disk.getUsableSpace(), disk.getTotalSpace()));
    } catch (IOException e) {
      return Optional.empty(); // the stream makes it, and says what is wrong with it
    }
  }
}
