package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import java.time.Instant;

/** An entry of the sparse commit index: the first commit of a step of time, and where it begins. */
public record CommitMark(Instant time, Lsn start) {}
