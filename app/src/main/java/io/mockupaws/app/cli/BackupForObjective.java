package io.mockupaws.app.cli;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.objective.BackupDue;
import io.mockupaws.engine.objective.Measurements;
import io.mockupaws.engine.objective.Rates;
import io.mockupaws.engine.restore.RestoreForecast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes a backup before a recovery would take longer than its objective allows. What is reckoned
 * with between two looks at the repository is the newest known backup and the WAL that came since:
 * that is looked at anew before anything is done, since somebody else may have taken one.
 */
final class BackupForObjective implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** So often the pause doubles: to half an hour. */
  private static final int DOUBLINGS = 6;

  /** A backup is not taken in less, looks at the clock included. */
  private static final Duration LEAST = Duration.ofSeconds(10);

  /** The rate of WAL is that of about as long. */
  private static final Duration LATELY = Duration.ofMinutes(5);

  private final OwnBackups backups;
  private final Supplier<Optional<RestoreForecast>> forecasts;
  private final Supplier<Duration> objective;
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final WalPace pace = new WalPace(LATELY);
  private Optional<Thread> running = Optional.empty();
  private volatile Optional<Instant> attended = Optional.empty();
  private volatile Optional<Known> known = Optional.empty();

  /** Looks in a row, and backups, that changed nothing. */
  private volatile int fruitless;

  /** A new one is more urgent than what is done at leisure. */
  private volatile int holes;

  /** The forecast when the repository was last looked at, and the timeline then. */
  private record Known(Timeline timeline, Optional<RestoreForecast> forecast) {}

  /**
   * Of one stream.
   *
   * @param forecasts what a recovery would be, by a look at the repository
   * @param objective how long a recovery may take, as it is at a moment
   */
  BackupForObjective(
      OwnBackups backups,
      Supplier<Optional<RestoreForecast>> forecasts,
      Supplier<Duration> objective) {
    this.backups = backups;
    this.forecasts = forecasts;
    this.objective = objective;
  }

  /** The backups it took. */
  List<String> taken() {
    return taken;
  }

  /** Looks whether it is time; called often. */
  void look(StreamState state, Consumer<String> notes) {
    said.forEach(notes);
    said.clear();
    holes = state.holes().size();
    if (!OwnBackup.isUsable(state) || state.timeline().isEmpty()) {
      return;
    }
    Instant now = backups.now();
    pace.at(now, state.stored());
    if (attended.filter(at -> now.isBefore(at.plus(pause()))).isPresent()
        || running.filter(Thread::isAlive).isPresent()) {
      return;
    }
    Timeline timeline = state.timeline().get();
    boolean unknown =
        known.filter(k -> k.timeline().equals(timeline) && k.forecast().isPresent()).isEmpty();
    if (unknown || isDue(known.flatMap(Known::forecast), state.stored())) {
      running = Optional.of(backups.start("backup-for-objective", () -> attend(timeline)));
    }
  }

  private boolean isDue(Optional<RestoreForecast> forecast, Lsn stored) {
    return forecast
        .map(f -> f.end().isBefore(stored) ? f.withEnd(stored) : f)
        .filter(
            f -> new BackupDue(objective.get(), lead(f), pace.perSecond()).isDue(f.prediction()))
        .isPresent();
  }

  /** As long as the last one took; a full one in a quiet night says little of the next. */
  private Duration lead(RestoreForecast forecast) {
    Duration last = Duration.between(forecast.backup().startedAt(), forecast.backup().stoppedAt());
    Duration most = objective.get().dividedBy(4);
    Duration lead = last.compareTo(most) < 0 ? last : most;
    return lead.compareTo(LEAST) > 0 ? lead : LEAST;
  }

  private void attend(Timeline timeline) {
    try {
      Optional<RestoreForecast> forecast = forecasts.get();
      known = Optional.of(new Known(timeline, forecast));
      if (forecast.isPresent() && isDue(forecast, forecast.get().end())) {
        fruitless = take(timeline, forecast.get()) ? 0 : fruitless + 1;
      } else if (forecast.isEmpty()) {
        fruitless++;
      } else {
        fruitless = 0; // what was known was old: somebody else took a backup
      }
    } catch (RuntimeException e) {
      fruitless = OwnBackup.isOthersTurn(e) ? 0 : fruitless + 1;
      said.add("the backup for the objective failed, it is begun again: " + OwnBackup.told(e));
    } finally {
      attended = Optional.of(backups.now());
    }
  }

  /** At least a tenth of the objective lies between two; where the last was of no use, far more. */
  private Duration pause() {
    Duration tenth = objective.get().dividedBy(10);
    Duration least = tenth.compareTo(PAUSE) > 0 ? tenth : PAUSE;
    return (fruitless == 0 ? least : PAUSE)
        .multipliedBy(1L << Math.clamp(fruitless - 2L, 0, DOUBLINGS));
  }

  /** Whether a recovery would begin with what was taken. */
  private boolean take(Timeline timeline, RestoreForecast before) {
    said.add(
        "a backup begins: a recovery would take "
            + Units.duration(before.prediction().total())
            + ", the objective is "
            + Units.duration(objective.get()));
    BackupId done = backups.take(BackupRequest.Kind.AUTO);
    taken.add(done.value());
    said.add("backup " + done + " was taken for the objective");
    Optional<RestoreForecast> after = forecasts.get();
    known = Optional.of(new Known(timeline, after));
    boolean used = after.filter(f -> f.backup().id().equals(done)).isPresent();
    if (!used) {
      said.add(
          "a recovery would begin with another backup all the same: "
              + after.map(f -> f.backup().id().value()).orElse("none can be used")
              + "; see mockupaws show "
              + done);
    }
    int then = holes;
    backups.consolidate(done, () -> holes != then).ifPresent(said::add);
    return used;
  }

  /** What a recovery to the newest moment would be. */
  static Optional<RestoreForecast> forecast(OpenCluster open) {
    Journal journal = new Journal(open.cluster());
    JournalView view = journal.view();
    List<ManifestHead> backups = open.cluster().readableBackups((_, _) -> {});
    return RestoreForecast.of(
        open.cluster(),
        journal,
        view,
        backups,
        Rates.of(new Measurements(open.cluster()).newest()));
  }

  /** Stops one that is under way. */
  @Override
  public void close() {
    OwnBackup.end(running, backups);
  }
}
