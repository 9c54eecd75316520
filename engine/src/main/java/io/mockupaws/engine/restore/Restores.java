package io.mockupaws.engine.restore;

import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.InstantSource;

/**
 * Restores a cluster from its repository: first the plan, which changes nothing and refuses what
 * cannot be done; then the directory; then, where wanted, the server.
 */
public final class Restores {
  private final ClusterRepository repository;
  private final Journal journal;
  private final InstantSource clock;

  public Restores(ClusterRepository repository, InstantSource clock) {
    this.repository = repository;
    this.journal = new Journal(repository);
    this.clock = clock;
  }

  /**
   * What a restore would do.
   *
   * @throws io.mockupaws.core.failure.Failure TARGET_NOT_EMPTY, TARGET_UNSAFE,
   *     TARGET_OUTSIDE_WINDOW, TARGET_IN_HOLE, NO_BACKUP, UNKNOWN_BACKUP, NO_BINARIES,
   *     RUNNING_AS_ROOT, DISK_FULL
   */
  public RestorePlan plan(RestoreRequest request) {
    return new Planner(repository, journal).plan(request);
  }

  /**
   * Does what the plan says. Until the last step the directory has no control file, so a restore
   * that breaks off leaves nothing that could be started by mistake.
   *
   * @throws io.mockupaws.core.failure.Failure DAMAGED_OBJECT, OBJECT_MISSING, WAL_HOLE,
   *     WAL_DAMAGED, DISK_FULL, RECOVERY_FAILED, NOT_REACHED, RESTORE_INTERRUPTED
   */
  public RestoreResult run(RestorePlan plan, RestoreListener listener, Cancel cancel) {
    RestoredDirectory directory =
        new RestoreRun(repository, journal, plan, listener, cancel, clock).write();
    RestoreResult restored = RestoreResult.of(plan, directory);
    if (!plan.request().start()) {
      return restored;
    }
    return new Recovery(plan, directory, clock).follow(restored, listener, cancel);
  }
}
