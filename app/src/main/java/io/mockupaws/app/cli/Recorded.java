package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.task.RunOutcome;
import io.mockupaws.engine.task.Scope;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRuns;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does something on record, and mirrors the record into {@code backup_history} when it begins and
 * when it ended. The table is never in the way: what it fails with is said, and no more.
 */
final class Recorded {
  /** Of a task: what an earlier call could not bring into the table comes with it. */
  private static final int MIRRORED = 20;

  private final ClusterRepository cluster;
  private final TaskRuns runs;
  private final HistoryMirror history;
  private final String repositoryId;
  private final SeenRepository seen;
  private final UnrecordedRuns before;
  private boolean reached = true;

  Recorded(Session session, Config config, OpenCluster open) {
    this.cluster = open.cluster();
    this.repositoryId = open.repository().id();
    this.seen = new SeenRepository(config.repository());
    this.runs = session.runs(cluster);
    this.history = new HistoryMirror(session, config);
    this.before = new UnrecordedRuns(session, config);
  }

  /** As below, of all that the task promises. */
  <T> T run(Task task, Supplier<T> work, Function<T, RunOutcome> outcome) {
    return run(task, Scope.WHOLE, work, outcome);
  }

  /** As {@link TaskRuns#record}. */
  <T> T run(Task task, Scope scope, Supplier<T> work, Function<T, RunOutcome> outcome) {
    bringEarlier();
    T done;
    try {
      done =
          runs.record(
              task,
              scope,
              () -> {
                mirror(task, 1);
                return work.get();
              },
              outcome);
    } catch (RuntimeException | Error e) {
      // a server that did not answer a moment ago is not waited for once more
      if (reached) {
        mirror(task, MIRRORED);
      }
      throw e;
    }
    seen.remember(repositoryId);
    mirror(task, MIRRORED);
    return done;
  }

  private void bringEarlier() {
    try {
      before.bring(runs, cluster.identity().name());
    } catch (Failure e) {
      // They wait; the work itself meets the same store.
    }
  }

  private void mirror(Task task, int most) {
    reached = history.update(cluster.identity().name(), () -> runs.newest(task, most));
  }
}
