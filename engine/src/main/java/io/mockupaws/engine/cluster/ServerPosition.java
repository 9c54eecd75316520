package io.mockupaws.engine.cluster;

import io.mockupaws.core.pg.Lsn;
import java.time.Instant;

/**
 * Where a server stands.
 *
 * @param end up to where its WAL is flushed; on a standby, up to where it was received or replayed
 * @param clock its time
 * @param standby whether it is in recovery
 */
public record ServerPosition(Lsn end, Instant clock, boolean standby) {

  /** Asks the server. */
  public static ServerPosition read(ServerSession session) {
    return session.one(
        "asking where the server stands",
        "SELECT (CASE WHEN pg_is_in_recovery() THEN"
            + " greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())"
            + " ELSE pg_current_wal_flush_lsn() END)::text,"
            + " (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, pg_is_in_recovery()",
        row ->
            new ServerPosition(
                Lsn.parse(row.getString(1)),
                Instant.EPOCH.plus(row.getLong(2), java.time.temporal.ChronoUnit.MICROS),
                row.getBoolean(3)));
  }
}
