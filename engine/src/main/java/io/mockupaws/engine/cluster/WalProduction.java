package io.mockupaws.engine.cluster;

import io.mockupaws.core.pg.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What WAL a server has written, at one instant ({@code pg_stat_wal}).
 *
 * @param at by the server's clock
 * @param end up to where it had written WAL
 * @param written bytes of WAL since the statistics began; empty on a standby, which writes none
 * @param over for how long these were counted
 */
public record WalProduction(Instant at, Lsn end, Optional<Long> written, Duration over) {

  /** Asks the server. */
  public static WalProduction read(ServerSession session) {
    ServerPosition position = ServerPosition.read(session);
    return session.one(
        "asking how much WAL it writes",
        "SELECT wal_bytes::bigint, (extract(epoch FROM clock_timestamp() - stats_reset)"
            + " * 1000)::bigint FROM pg_stat_wal",
        row -> {
          long bytes = row.getLong(1);
          long millis = row.getLong(2);
          boolean counted = !row.wasNull() && !position.standby() && millis > 0;
          return new WalProduction(
              position.clock(),
              position.end(),
              counted ? Optional.of(bytes) : Optional.empty(),
              Duration.of(millis, ChronoUnit.MILLIS));
        });
  }

  /** Bytes a second since the statistics began. */
  public OptionalDouble mean() {
    return written.isPresent()
        ? OptionalDouble.of(written.get() * 1000.0 / over.toMillis())
        : OptionalDouble.empty();
  }

  /** Bytes a second from an earlier look to this one; empty within half a second of it. */
  public OptionalDouble since(WalProduction earlier) {
    long millis = Duration.between(earlier.at, at).toMillis();
    return millis < 500
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(0, end.minus(earlier.end)) * 1000.0 / millis);
  }
}
