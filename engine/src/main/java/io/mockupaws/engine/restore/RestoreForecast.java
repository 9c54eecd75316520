package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.objective.Prediction;
import io.mockupaws.engine.objective.Rates;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a recovery to the newest moment would be, were it asked for at this moment.
 *
 * @param backup it would begin with
 * @param end of the WAL that would be replayed
 * @param prediction what it would take
 */
public record RestoreForecast(ManifestHead backup, Lsn end, Prediction prediction) {

  /**
   * Chooses as a restore without a target would.
   *
   * @param backups those that can be read
   * @return empty when nothing can be recovered
   */
  public static Optional<RestoreForecast> of(
      ClusterRepository repository,
      Journal journal,
      JournalView view,
      List<ManifestHead> backups,
      Rates rates) {
    BackupChoice choice =
        BackupChoice.of(
            backups, view, (target, branch, from) -> journal.locate(view, target, branch, from));
    Optional<Timeline> branch =
        view.newestTimeline().or(() -> choice.newest().map(ManifestHead::timeline));
    return branch
        .flatMap(newest -> best(choice, newest, from -> journal.limit(view, newest, from)))
        .flatMap(
            backup ->
                of(repository, journal.limit(view, branch.get(), backup.start()), backup, rates));
  }

  /** The first that leads as far as any. */
  private static Optional<ManifestHead> best(
      BackupChoice choice, Timeline branch, Function<Lsn, Lsn> limit) {
    try {
      return choice.candidates(new TargetRequest.Latest(), branch).stream()
          .reduce(
              (one, next) ->
                  limit.apply(next.start()).isAfter(limit.apply(one.start())) ? next : one);
    } catch (Failure e) {
      if (e.code() == ErrorCode.NO_BACKUP || e.code() == ErrorCode.OBJECT_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<RestoreForecast> of(
      ClusterRepository repository, Lsn end, ManifestHead backup, Rates rates) {
    if (end.isBefore(backup.stop())) {
      return Optional.empty();
    }
    long replay = end.minus(backup.start());
    long fetch = fetchBytes(repository, backup) + replay;
    return Optional.of(
        new RestoreForecast(backup, end, rates.predict(fetch, backup.bytes(), replay)));
  }

  /** All of a full backup's packs are read; of others, at most what they refer to. */
  static long fetchBytes(ClusterRepository repository, ManifestHead backup) {
    return backup.kind() == BackupKind.FULL
        ? backup.sealedBytes()
        : repository.manifest(backup.id()).packs().stream().mapToLong(PackTable::size).sum();
  }

  /** The same when more WAL has come. */
  public RestoreForecast withEnd(Lsn newer) {
    return new RestoreForecast(
        backup, newer, prediction.withReplayBytes(Math.max(0, newer.minus(backup.start()))));
  }
}
