package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;

/** At {@code at}, by the server's clock, it had written nothing behind {@code end}. */
record Heard(Timeline timeline, Lsn end, Instant at) {}
