package io.mockupaws.app.cli;

import io.mockupaws.core.pg.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast WAL has come lately, in bytes a second, by looks at its end. */
final class WalPace {
  /** Enough for a rate, few enough to keep. */
  private static final Duration APART = Duration.ofSeconds(5);

  private final Duration lately;
  private final Deque<Look> looks = new ArrayDeque<>();
  private volatile double perSecond;

  private record Look(Instant at, Lsn end) {}

  WalPace(Duration lately) {
    this.lately = lately;
  }

  /** A look at the end of the WAL. One that went back, as a timeline does, begins anew. */
  void at(Instant now, Lsn end) {
    if (!looks.isEmpty() && end.isBefore(looks.getLast().end())) {
      looks.clear();
    }
    if (looks.isEmpty() || !now.isBefore(looks.getLast().at().plus(APART))) {
      looks.addLast(new Look(now, end));
      while (looks.getFirst().at().isBefore(now.minus(lately))) {
        looks.removeFirst();
      }
    }
    Duration span = Duration.between(looks.getFirst().at(), now);
    perSecond =
        span.compareTo(APART) < 0
            ? 0
            : end.minus(looks.getFirst().end()) * 1000.0 / span.toMillis();
  }

  double perSecond() {
    return perSecond;
  }
}
