package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.mirror.HistoryTable;
import io.mockupaws.engine.task.TaskRun;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Brings runs into {@code backup_history}, where there is such a table. Never in the way: what that
 * fails with is said, and no more.
 */
final class HistoryMirror {
  private final Session session;
  private final Optional<ServerUrl> table;

  HistoryMirror(Session session, Config config) {
    this.session = session;
    this.table = config.history();
  }

  /**
   * Brings some.
   *
   * @param runs asked for only where there is a table
   * @return whether it was reached; also where there is none
   */
  boolean update(String cluster, Supplier<List<TaskRun>> runs) {
    if (table.isEmpty()) {
      return true;
    }
    try {
      new HistoryTable(session.parts().address(table.get())).update(cluster, runs.get());
      return true;
    } catch (Failure e) {
      session
          .screen()
          .say(
              "backup_history is not up to date: "
                  + e.code().code()
                  + " "
                  + e.what()
                  + "; next: "
                  + e.nextStep()
                  + "; mockupaws list --rebuild makes it again from the repository");
      return false;
    }
  }
}
