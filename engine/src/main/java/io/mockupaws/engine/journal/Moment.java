package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import java.time.Instant;

/** A moment by the server's clock and the position in the WAL that goes with it. */
public record Moment(Instant time, Lsn lsn) {}
