package io.mockupaws.engine.backup;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Waits until the journal has a stretch of WAL: a part of it may be on its way. */
final class CoveredWal {
  /** The journal must come nearer within so many looks, or what is missing is not on its way. */
  private static final int LOOKS = 50;

  /** A stream that has stored what lies behind is trying: a full backup costs more than minutes. */
  static final int LOOKS_AT_A_STREAM = 600;

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
    int looks = 0;
    while (!stopped.getAsBoolean()) {
      JournalView view = journal.view();
      if (view.covers(timeline, from, to)) {
        return Optional.of(view);
      }
      if (view.end(timeline).isEmpty()) {
        return Optional.empty();
      }
      Lsn now = view.contiguousEnd(timeline, from);
      looks = now.isAfter(reached) ? 1 : looks + 1;
      reached = Lsn.max(reached, now);
      if (looks >= (journal.isArriving(view, now) ? LOOKS_AT_A_STREAM : LOOKS)) {
        return Optional.empty();
      }
      pause.before(looks);
    }
    return Optional.empty();
  }
}
