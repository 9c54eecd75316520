package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.Optional;

/**
 * A physical replication slot.
 *
 * @param restart from where it keeps WAL; empty when it keeps none: never used, or given up
 * @param timeline on which that position lies
 */
public record SlotState(Optional<Lsn> restart, Optional<Timeline> timeline) {}
