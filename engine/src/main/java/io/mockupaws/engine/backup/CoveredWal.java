package io.mockupaws.engine.backup;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waits until the journal has a stretch of WAL: a part of it may be on its way. */
final class CoveredWal {
  /** The journal must come nearer within this time, or what is missing is not on its way. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A stream that has stored what lies behind is trying: a full backup costs more than minutes. */
  static final Duration PATIENCE_WITH_A_STREAM = Duration.ofMinutes(2);

  /** Between two looks. */
  static final Pause PAUSE = _ -> Pause.DOUBLING.before(2);

  private final Journal journal;
  private final Timeline timeline;
  private final Pause pause;
  private final LongSupplier nanoTime;

  /** Looks every 200 ms whether more WAL has come. */
  CoveredWal(Journal journal, Timeline timeline) {
    this(journal, timeline, PAUSE, System::nanoTime);
  }

  /**
   * With a clock of its own.
   *
   * @param nanoTime what is waited by: a look takes long where a store is slow
   */
  CoveredWal(Journal journal, Timeline timeline, Pause pause, LongSupplier nanoTime) {
    this.journal = journal;
    this.timeline = timeline;
    this.pause = pause;
    this.nanoTime = nanoTime;
  }

  /** The journal with the whole stretch; empty when it does not get there, or it is stopped. */
  Optional<JournalView> await(Lsn from, Lsn to, BooleanSupplier stopped) {
    Lsn reached = Lsn.ZERO;
    long since = nanoTime.getAsLong();
    for (int look = 1; !stopped.getAsBoolean(); look++) {
      JournalView view = journal.view();
      if (view.covers(timeline, from, to)) {
        return Optional.of(view);
      }
      if (view.end(timeline).isEmpty()) {
        return Optional.empty();
      }
      Lsn now = view.contiguousEnd(timeline, from);
      if (now.isAfter(reached)) {
        reached = now;
        since = nanoTime.getAsLong();
      }
      Duration patience = journal.isArriving(view, now) ? PATIENCE_WITH_A_STREAM : PATIENCE;
      if (nanoTime.getAsLong() - since >= patience.toNanos()) {
        return Optional.empty();
      }
      pause.before(look);
    }
    return Optional.empty();
  }
}
