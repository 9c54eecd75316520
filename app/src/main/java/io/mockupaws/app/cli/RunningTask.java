package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody does for a cluster, told by the leases.
 *
 * @param task {@code stream}, {@code backup}, {@code logical}, {@code cleanup}, or {@code waiting}
 *     to begin a backup
 * @param by the process and its host
 */
record RunningTask(String task, String by) {

  static List<RunningTask> of(ClusterRepository cluster) {
    List<RunningTask> running = new ArrayList<>();
    for (LeaseRole role : LeaseRole.values()) {
      cluster.holder(role).ifPresent(by -> running.add(new RunningTask(name(role), by)));
    }
    return running;
  }

  private static String name(LeaseRole role) {
    return switch (role) {
      case JOURNAL -> "stream";
      case BACKUP -> "backup";
      case LOGICAL -> "logical";
      case BACKUP_WANTED -> "waiting";
      case CLEANUP -> "cleanup";
    };
  }

  static Field field(List<RunningTask> running) {
    return new Field(
        "running",
        running.isEmpty()
            ? "nothing"
            : String.join(", ", running.stream().map(t -> t.task + " (" + t.by + ")").toList()));
  }
}
