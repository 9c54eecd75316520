package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A timeline with the ancestors it came from: the way WAL is read to reach a moment on it.
 *
 * @param legs newest timeline first
 */
record Branch(Timeline timeline, List<Leg> legs) {

  /**
   * A timeline's part of the way.
   *
   * @param from where the branch came onto the timeline
   * @param until where the branch left it; empty for the branch's own timeline
   */
  record Leg(Timeline timeline, Lsn from, Optional<Lsn> until) {}

  Branch {
    legs = List.copyOf(legs);
  }

  static Branch of(TimelineHistory history) {
    List<Leg> legs = new ArrayList<>();
    Lsn from = Lsn.ZERO;
    for (TimelineHistory.Switch left : history.ancestors()) {
      legs.addFirst(new Leg(left.parent(), from, Optional.of(left.at())));
      from = left.at();
    }
    legs.addFirst(new Leg(history.timeline(), from, Optional.empty()));
    return new Branch(history.timeline(), legs);
  }

  /** The leg of one timeline; empty when the branch never was on it. */
  Optional<Leg> leg(Timeline timeline) {
    return legs.stream().filter(leg -> leg.timeline().equals(timeline)).findFirst();
  }

  /** The timeline that the branch took when it left {@code timeline}. */
  Optional<Leg> after(Timeline timeline) {
    for (int i = 1; i < legs.size(); i++) {
      if (legs.get(i).timeline().equals(timeline)) {
        return Optional.of(legs.get(i - 1));
      }
    }
    return Optional.empty();
  }
}
