package io.mockupaws.engine.backup;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Waits until the journal has a stretch of WAL: the last of it may be on its way. */
final class CoveredWal {
  /** The journal must come nearer within so many looks, or what is missing is not on its way. */
  private static final int LOOKS = 50;

  private final Journal journal;
  private final Timeline timeline;
  private final Pause pause;

  /** Looks every 200 ms whether more WAL has come. */
  CoveredWal(Journal journal, Timeline timeline) {
    this(journal, timeline, attempt -> Pause.DOUBLING.before(2));
  }

  CoveredWal(Journal journal, Timeline timeline, Pause pause) {
    this.journal = journal;
    this.timeline = timeline;
    this.pause = pause;
  }

  /** The journal with the whole stretch; empty when it does not get there, or it is stopped. */
  Optional<JournalView> await(Lsn from, Lsn to, BooleanSupplier stopped) {
    Lsn reached = Lsn.ZERO;
    for (int look = 0; look < LOOKS && !stopped.getAsBoolean(); look++) {
      JournalView view = journal.view();
      if (view.covers(timeline, from, to)) {
        return Optional.of(view);
      }
      Optional<Lsn> end = view.end(timeline);
      if (end.isEmpty()) {
        return Optional.empty();
      }
      if (end.get().isAfter(reached)) {
        reached = end.get();
        look = 0;
      }
      pause.before(look + 1);
    }
    return Optional.empty();
  }
}
