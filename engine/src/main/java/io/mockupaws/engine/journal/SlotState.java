package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import java.util.Optional;

/**
 * A physical replication slot.
 *
 * @param restart from where it keeps WAL; empty when it keeps none yet
 * @param lost whether the server gave up keeping what it needs: the slot is of no more use
 */
public record SlotState(Optional<Lsn> restart, boolean lost) {

  /** Whether it keeps WAL; the one that {@code init} makes does once it was streamed through. */
  public boolean keeps() {
    return restart.isPresent() && !lost;
  }
}
