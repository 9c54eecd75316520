package io.mockupaws.engine.backup;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.backup.BackupProgress.Phase;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Reads the base of one attempt. Manifest and summaries may be large: they are read before the
 * server is in backup mode, and only what was written meanwhile is added then.
 */
final class BaseLoading {
  private final BaseFinder finder;
  private final List<ManifestHead> heads;
  private final BackupRequest.Kind kind;
  private final Counters counters;
  private final Watch watch;

  /**
   * Of some backups.
   *
   * @param heads the newest first; none for a full backup
   */
  BaseLoading(
      ClusterRepository repository,
      ServerFacts facts,
      List<ManifestHead> heads,
      BackupRequest.Kind kind,
      Counters counters,
      Watch watch) {
    this.finder = new BaseFinder(repository, facts);
    this.heads = List.copyOf(heads);
    this.kind = kind;
    this.counters = counters;
    this.watch = watch;
  }

  /**
   * What there is as far as the journal reaches; empty for a full backup.
   *
   * @throws io.mockupaws.core.failure.Failure NO_BASE_BACKUP, before anything has begun
   */
  Optional<Base> ahead() {
    if (heads.isEmpty()) {
      return Optional.empty();
    }
    Base base = run(() -> load(Optional.empty()), () -> {});
    base.demandWorth(kind);
    return Optional.of(base);
  }

  /**
   * The base with everything that was changed up to a backup's start. On a standby that may lie
   * before the newest backup's stop: then it is an older one.
   *
   * @param held asked every few seconds whether the server is still in backup mode
   */
  Base upTo(Base ahead, Lsn start, Runnable held) {
    boolean isAhead = start.isBefore(ahead.head().stop());
    Base base =
        run(
            () ->
                isAhead ? load(Optional.of(start)) : finder.upTo(ahead, start, counters::isStopped),
            held);
    base.demandWorth(kind);
    return base;
  }

  private Base load(Optional<Lsn> start) {
    return finder.load(heads, start, new MostWal(kind), counters::isStopped);
  }

  private Base run(Callable<Base> work, Runnable held) {
    watch.enter(Phase.COMPARING, 0, 0);
    return Crew.run("backup-base", work, () -> watch.tick(0, 0, held), counters::stop);
  }
}
