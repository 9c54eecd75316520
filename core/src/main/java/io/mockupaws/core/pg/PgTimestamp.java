package io.mockupaws.core.pg;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * PostgreSQL's {@code TimestampTz}: microseconds since 2000-01-01 00:00 UTC, 64 bits with sign
 * (src/include/datatype/timestamp.h).
 */
public final class PgTimestamp {
  /** 2000-01-01 00:00 UTC, in seconds since 1970. */
  private static final long EPOCH_SECONDS = 946_684_800L;

  private static final long MICROS = 1_000_000L;

  private PgTimestamp() {}

  /** The moment that {@code micros} names. */
  public static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        EPOCH_SECONDS + Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
  }

  /** Microseconds since 2000; what is finer than a microsecond is cut off towards the past. */
  public static long toMicros(Instant instant) {
    return ChronoUnit.MICROS.between(
        Instant.ofEpochSecond(EPOCH_SECONDS), instant.truncatedTo(ChronoUnit.MICROS));
  }
}
