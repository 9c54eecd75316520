package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import java.time.Instant;

/**
 * A transaction's commit as the journal knows it.
 *
 * @param time the server's clock when it committed, microseconds
 * @param xid the transaction, 32 bits, unsigned
 * @param start where the commit record begins
 * @param end the first position behind it
 */
public record Commit(Instant time, long xid, Lsn start, Lsn end) {}
