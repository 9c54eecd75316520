package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.Optional;

/**
 * The position that may be reported to the server as flushed. It follows from what is stored, and
 * from nothing the driver or the server says.
 */
final class DurablePosition {
  private final StreamParts parts;

  DurablePosition(StreamParts parts) {
    this.parts = parts;
  }

  /** On the timeline being streamed: what is durable, or was given up with its hole on record. */
  Lsn on(Timeline timeline) {
    Lsn durable = stored(timeline);
    return parts
        .shedding()
        .upTo(timeline)
        .filter(_ -> parts.control().isOpen() && parts.intake().isCompared())
        .map(shed -> Lsn.max(shed, durable))
        .orElse(durable);
  }

  /** Zero while nothing of its newest part is durable. */
  private Lsn stored(Timeline timeline) {
    Optional<Position> durable =
        switch (parts.settings().durability()) {
          case SPOOL -> parts.line().positions().synced();
          case ANY -> parts.line().positions().stored();
          case ALL -> parts.allStores().position(() -> parts.line().positions().stored());
        };
    Optional<Position> floor = parts.line().floor();
    return durable
        .filter(_ -> parts.control().isOpen() && parts.intake().isCompared())
        .filter(position -> position.timeline().equals(timeline))
        .filter(position -> floor.filter(f -> position.lsn().isBefore(f.lsn())).isEmpty())
        .map(Position::lsn)
        .map(this::beforeHoles)
        .orElse(Lsn.ZERO);
  }

  private Lsn beforeHoles(Lsn lsn) {
    Lsn allowed = lsn;
    Optional<Lsn> unrecorded = parts.holes().unrecorded();
    if (unrecorded.isPresent() && unrecorded.get().isBefore(allowed)) {
      Lsn floor = parts.line().floor().map(Position::lsn).orElse(Lsn.ZERO);
      allowed = unrecorded.get().isBefore(floor) ? Lsn.ZERO : unrecorded.get();
    }
    Optional<Lsn> held = parts.holes().heldAt();
    boolean hold = parts.settings().onDamage() == JournalSettings.OnDamage.HOLD;
    if (hold && held.isPresent() && held.get().isBefore(allowed)) {
      allowed = held.get();
    }
    return allowed;
  }
}
